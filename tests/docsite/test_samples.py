"""Every sample of the documentation site runs as it stands, and prints what stands under it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from goodterms.usecases.api_keys import Scope
from tests.docsite.running import OUTPUTS, Reader, Sample, reader_environment, same, samples_of
from tests.house.sources import ROOT, assert_none
from tests.support.demo import Demo, running_demo
from tests.support.serving import PROGRAMS
from tools.docsite.pages import source_pages

CLIENT = ROOT / "clients" / "python"

#: Samples that are not run, by page and first line, and why. What stands under one as its output is not asked for.
NOT_RUN = {
    ("quickstart", "make demo"): "it is `goodterms demo` after `make setup`, which these tests have run already",
    ("quickstart", "pip install ./clients/python"): "it needs a network; the client is on the path instead",
    ("demo", "goodterms demo            # or: make demo"): "started here on a free port, with fewer customers",
    ("demo", "goodterms --data data/demo explain refund NUMBER"): "tests/scenarios/test_explain.py, with real numbers",
    ("import", "goodterms import FOLDER --check    # say what would be imported, write nothing"):
        "tests/doors/test_cli_import.py, with a real folder",
    ("guides/going-live", "[Unit]"): "a unit for systemd, which tests have not",
    ("performance", "make bench                                     # every line, small: 10,000 due; some minutes"):
        "minutes to hours; tests/doors/test_cli_bench.py runs it small",
    ("reliability", "goodterms simulate --seed 8123 --years 2 --customers 10     # one world"):
        "minutes; tests/simulation/test_simulate.py runs it small",
    ("api", "POST /your/hook HTTP/1.1"): "the form of a request, which tests/usecases/test_webhooks.py looks at",
    ("gateways", "#renewals,1,000042,2027-03-01T10:00:00Z"):
        "a file of a reseller, which tests/gateways/test_reseller_files.py takes in",
    ("design-system", ":root { --brand: #0b5563; --brand-ink: #ffffff; }"): "two colors, for a style sheet of yours",
}  # fmt: skip
#: Pages whose samples another test runs, all of them.
ELSEWHERE = {
    "api": "tests/doors/test_api_docs.py", "python-client": "tests/doors/test_api_client.py",
    "design-system": "test_components_can_be_written_as_shown",
}  # fmt: skip
_CASE = {
    "action": "refund", "kind": "initial", "order_at": "2026-03-02T10:00:00Z", "term_start": "2026-03-02T10:00:00Z",
    "term_end": "2027-03-02T10:00:00Z", "amount": "60.00", "currency": "EUR", "requested_at": "2026-03-03T10:00:00Z",
}  # fmt: skip
#: What a page takes to be there: files, and what was typed in before.
GIVEN = {page: {"cases.jsonl": json.dumps({"id": 1, "scenario": _CASE}) + "\n"} for page in ("policies", "decide")}
BEFORE = {"reliability": [Sample("reliability", 0, "bash", "goodterms init --no-ask\n")]}
#: Pages about a vendor who has sold already: the demo, and its administrator.
ON_THE_DEMO = {"policies": {"you@vendor.example": "noor@harborline.example"}}


def _on_free_ports() -> dict[str, str]:
    """What pages say of the ports of the reader's machine, and what that is here."""
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        live, first = one.getsockname()[1], two.getsockname()[1]
    return {
        "goodterms serve\n": f"goodterms serve --port {live}\n",
        "goodterms serve --port 8080\n": f"goodterms serve --port {live}\n",
        "http://localhost:8080": f"http://localhost:{live}",
        "goodterms sandbox serve\n": f"goodterms sandbox serve --first-port {first}\n",
        "http://localhost:8200": f"http://localhost:{first}", "http://localhost:8201": f"http://localhost:{first + 1}",
    }  # fmt: skip


def _kept(page: str, path: Path) -> list[Sample]:
    """The samples of a page that are run here."""
    found, skipped = [], False
    for sample in samples_of(page, path):
        named = (page, sample.first) in NOT_RUN
        skipped = named or (skipped and sample.language in OUTPUTS)
        if not skipped and "cases" not in sample.words:
            found.append(sample)
    return found


PAGES = {page: path for page, path in source_pages() if page not in ELSEWHERE and _kept(page, path)}


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    """A demo with few customers."""
    with running_demo(customers=5) as made:
        yield made


@pytest.fixture(scope="module")
def key(demo: Demo) -> str:
    """A key of the demo, as the quick start makes one."""
    scopes = [part for scope in Scope for part in ("--scope", scope)]
    command = [str(PROGRAMS / "goodterms"), "--data", str(demo.place), "api-key", "create", "Shop", *scopes]
    environment = reader_environment(PROGRAMS, CLIENT)
    made = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith("gtk_test_")
    return made.stdout.strip()


@pytest.mark.parametrize("page", PAGES)
def test_the_samples_of_a_page(page: str, demo: Demo, key: str) -> None:
    """Typed in from top to bottom, in a directory of its own with the demo's data in it."""
    environment = reader_environment(PROGRAMS, CLIENT)
    if page != "quickstart":
        environment |= {"GOODTERMS_URL": demo.url.rstrip("/"), "GOODTERMS_KEY": key}
    if page in ON_THE_DEMO:
        environment["GOODTERMS_DATA"] = "data/demo"
    here = {"http://localhost:8000": demo.url.rstrip("/"), **_on_free_ports(), **ON_THE_DEMO.get(page, {})}
    # Not pytest's own directory: a database server that root starts runs as another user.
    with tempfile.TemporaryDirectory(prefix="gt-page-", ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        (place / "data").mkdir()
        (place / "data" / "demo").symlink_to(demo.place)
        for name, text in GIVEN.get(page, {}).items():
            (place / name).write_text(text)
        reader = Reader(place, environment, here)
        try:
            reader.type_in([*BEFORE.get(page, ()), *_kept(page, PAGES[page])])
        finally:
            reader.close()


def test_no_sample_is_forgotten() -> None:
    """Every list of exceptions names what there is, and no page hides a sample from these tests."""
    written = {(page, sample.first) for page, path in source_pages() for sample in samples_of(page, path)}
    assert_none((f"{page}: {first}" for page, first in NOT_RUN.keys() - written), "There is no such sample any more.")
    unnamed = [
        sample.place for page, path in source_pages() for sample in samples_of(page, path) if not sample.language
    ]
    assert_none(unnamed, "A sample says its language; what a program prints is `text`.")
    hidden = [
        f"{page}: {line.strip()}" for page, path in source_pages()
        for before, line in zip(["", *path.read_text().splitlines()], path.read_text().splitlines(), strict=False)
        if line.startswith("    ") and not before and line.split()[0] in ("goodterms", "make", "curl", "pip")
    ]  # fmt: skip
    assert_none(hidden, "A sample stands in a fence.")


def test_components_can_be_written_as_shown() -> None:
    """The samples of the design system are templates that the product's own engine takes."""
    from django.template import Template

    shown = [
        one for one in samples_of("design-system", ROOT / "docs" / "design-system.md") if one.language == "django"
    ]
    for sample in shown:
        Template("{% load goodterms_ui %}" + sample.text)
    assert len(shown) >= 5


@pytest.mark.parametrize(
    ("want", "got", "language", "alike"),
    [
        ("access until 2027-05-10T09:00:00Z\n", "access until 2030-01-02T03:04:05.5Z\n", "text", True),
        ("Nothing is wrong; ... s.\n", "Nothing is wrong; 0 lines, 0.2 s.\n", "text", True),
        ("True\n", "False\n", "text", False),
        ('{"a": 1, "b": 2}', '{"b": 2, "a": 1}', "json", True),
        ('{"a": 1}', '{"a": 1, "b": 2}', "json", False),
    ],
)
def test_what_counts_as_the_same(want: str, got: str, language: str, alike: bool) -> None:
    """Ids and instants may differ, and what `...` stands for; nothing else may."""
    assert same(want, got, language) is alike


def test_a_sample_that_fails_is_noticed(tmp_path: Path) -> None:
    """A command that ends otherwise, an exception and another output each fail the page."""
    good = Sample("p", 1, "bash", "echo one\n")
    for bad in (
        [Sample("p", 2, "bash", "exit 3\n")], [Sample("p", 2, "python", "1 / 0\n")],
        [good, Sample("p", 3, "text", "two\n")], [Sample("p", 2, "text", "one\n")], [Sample("p", 2, "ruby", "1\n")],
    ):  # fmt: skip
        reader = Reader(tmp_path, dict(os.environ), {})
        with pytest.raises(AssertionError, match="p:"):
            reader.type_in(bad)
        reader.close()
    reader = Reader(tmp_path, dict(os.environ), {})
    reader.type_in([good, Sample("p", 3, "text", "one\n"), Sample("p", 4, "bash", "exit 3\n", {"exit": "3"})])
    reader.close()
