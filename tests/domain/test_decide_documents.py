"""Which policy and which laws `decide` takes: by name, by vendor, by file; and what it says of bad ones."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from goodterms import policies
from goodterms.usecases.decide.cases import Policies, UnknownPolicyError, policy_name
from tests.domain.decide_documents import FIRST, LAW, decided, law_file, policy_file

PROGRAM = str(Path(sys.executable).with_name("goodterms"))


def _run(*options: str) -> subprocess.CompletedProcess[str]:
    scenario = {**FIRST, "country": "AQ", "consumer": True, "polar_receipt": True, "requested_at": "2026-05-01T00:00Z"}
    line = json.dumps({"id": 1, "vendor": "Reference", "scenario": scenario})
    return subprocess.run([PROGRAM, "decide", *options], input=line, capture_output=True, text=True, check=False)


def test_every_shipped_policy_is_found_by_its_name() -> None:
    """A name, a vendor spelled like it, and another name that is known lead to the same document."""
    for name in policies.names():
        by_vendor = Policies("auto").for_vendor(name.replace("-", " ").title() + ".")
        assert by_vendor.name == name
        assert Policies(name).for_vendor(None) == by_vendor
        assert Policies("auto").for_vendor(name) == by_vendor
    assert policy_name("Germany overlay on the reference policy") == "germany-overlay-on-the-reference-policy"


@pytest.mark.parametrize(
    ("vendor", "name"),
    [
        ("Germany overlay on the reference policy", "reference"),
        ("EU overlay on a no-refund vendor", "no-refunds"),
        ("France overlay", "no-refunds"),
        ("UK overlay (announced)", "no-refunds"),
        ("EU overlay on NordVPN", "nordvpn"),
    ],
)
def test_situations_that_only_a_law_makes(vendor: str, name: str) -> None:
    """Whose rules the law is laid on is said in the name; else nothing is paid back but by law."""
    assert Policies("auto").for_vendor(vendor).name == name


def test_a_near_name_is_suggested() -> None:
    """A slip in a vendor's name is answered with what was probably meant."""
    with pytest.raises(UnknownPolicyError, match="reference"):
        Policies("auto").for_vendor("Referense")
    assert "reference" in decided(Policies("auto"), vendor="Referense")["error"]["message"]


def test_a_path_is_no_vendor(tmp_path: Path) -> None:
    """A vendor's name never opens a file; the option does."""
    path = policy_file(tmp_path)
    assert decided(Policies("auto"), vendor=path)["error"]["code"] == "unknown_policy"
    assert decided(Policies(path))["policy"] == "reference@1"


def test_a_given_law_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    """A law with the id of one that comes along is a newer version of it."""
    shipped = policies.law_names()
    text = LAW.replace('id = "test-law"', f'id = "{shipped[0]}"').replace("version = 1", "version = 99")
    laws = Policies("reference", (law_file(tmp_path, text),)).laws()
    assert [law.label for law in laws if law.id == shipped[0]] == [f"{shipped[0]}@99"]
    assert {law.id for law in laws} == set(shipped)
    assert len(Policies("reference", (law_file(tmp_path),), shipped=False).laws()) == 1
    assert Policies("reference", shipped=False).laws() == ()


def test_laws_by_option(tmp_path: Path) -> None:
    """`--law` adds one; without it the policy denies."""
    answer = json.loads(_run("--law", law_file(tmp_path)).stdout)
    assert (answer["eligible"], answer["rule"], answer["pay_by"]) == (True, "test-law@1", "2026-05-11")
    alone = json.loads(_run("--law", law_file(tmp_path), "--no-laws", "--policy", "auto").stdout)
    assert (alone["rule"], {found["rule"] for found in alone["findings"]}) == (
        "test-law@1", {"reference@1", "test-law@1"},
    )  # fmt: skip
    error = json.loads(_run("--no-laws").stdout)["error"]
    assert (error["code"], error["field"]) == ("unknown_field", "polar_receipt")


def test_a_bad_law_is_refused_at_once(tmp_path: Path) -> None:
    """A file that is not there, is no text, or is no law stops the run before the first line."""
    missing = _run("--law", str(tmp_path / "none.toml"))
    assert (missing.returncode, missing.stdout) == (2, "")
    assert "none.toml" in missing.stderr
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    assert (_run("--law", str(binary)).returncode, _run("--policy", str(binary)).returncode) == (2, 2)
    refused = _run("--law", law_file(tmp_path, LAW.replace('"100 days"', '"100 moons"')))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "test-law.toml:23:" in refused.stderr
