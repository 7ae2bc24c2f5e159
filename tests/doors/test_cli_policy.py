"""The author's commands: checking a policy, and comparing two."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from goodterms import policies
from goodterms.cli.main import app

REFERENCE = policies.read("reference")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["policy", *arguments])


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """A file of the reference policy, sold in Australia only."""
    path = tmp_path / "mine.toml"
    path.write_text(REFERENCE.replace("version = 1 ", 'sold_in = ["AU"]\nversion = 1 '))
    return path


def test_a_good_policy(document: Path) -> None:
    """Nothing to say is said in a line."""
    done = run("check", str(document), "--strict")
    assert (done.exit_code, done.output) == (0, "reference@1: good\n")


def test_problems_with_their_places(document: Path) -> None:
    """A problem has file, line, column, the text that is wrong, and what was meant; it ends with 1."""
    document.write_text(document.read_text().replace('holidays = "European', 'holydays = "European'))
    text = 'holydays = "European Central Bank"'
    line = document.read_text().split("\n").index(text) + 1
    done = run("check", str(document))
    assert done.exit_code == 1
    assert done.output.split("\n")[:6] == [
        f'{document}:{line - 2}:1: problem: "holidays" is missing in [business_days]; write holidays = "DE"',
        f"  {line - 2:>4} | [business_days]",
        "       | ^^^^^^^^^^^^^^^",
        f'{document}:{line}:1: problem: unknown key "holydays" in [business_days]; did you mean "holidays"?',
        f"  {line:>4} | {text}",
        "       | ^^^^^^^^",
    ]
    assert done.output.endswith(f"{document}: 2 problems\n")


def test_one_slip_is_one_problem(document: Path) -> None:
    """What an outcome that is not understood would need with it is not asked for as well."""
    document.write_text(document.read_text().replace('outcome = "refer"', 'outcome = "refere"'))
    done = run("check", str(document))
    assert '"outcome" can not be "refere"; did you mean "refer"?' in done.output
    assert done.output.endswith(f"{document}: 1 problem\n")


def test_warnings_end_well_unless_strict(document: Path) -> None:
    """What is remarked on does not stop anyone, except where that is wanted."""
    document.write_text(document.read_text().replace('sold_in = ["AU"]', 'sold_in = ["FR"]'))
    done = run("check", str(document))
    assert done.exit_code == 0
    assert f"{document}:" in done.output
    assert ": warning: " in done.output
    assert "L215-1" in done.output
    assert run("check", str(document), "--strict").exit_code == 1


def test_several_documents_as_json(document: Path) -> None:
    """For programs everything found is one object, whatever the color of the terminal."""
    done = run("check", str(document), "nexway", "--json")
    assert done.exit_code == 0
    found = json.loads(done.output)["documents"]
    assert [one["policy"] for one in found] == ["reference@1", "nexway@1"]
    assert found[0] == {"source": str(document), "policy": "reference@1", "problems": [], "warnings": []}
    assert set(found[1]["warnings"][0]) == {"line", "column", "text", "message"}


@pytest.mark.parametrize("name", ["no-such-policy", "missing.toml", "."])
def test_what_is_not_there(name: str) -> None:
    """A name of nothing is said in a line, not in a traceback."""
    for arguments in (("check", name), ("diff", "reference", name)):
        done = run(*arguments)
        assert done.exit_code == 2
        assert "Traceback" not in done.output
        assert "there is no" in " ".join(done.output.split())


def test_a_comparison_in_words(document: Path) -> None:
    """What changes and for whom, then the cases that turn over, grouped, with both answers and the money."""
    document.write_text(document.read_text().replace('length = "30 days"', 'length = "14 days"'))
    done = run("diff", "reference", str(document))
    assert done.exit_code == 0
    lines = [line.strip() for line in done.output.split("\n")]
    assert "The window money_back is 14 days from the order; it was 30 days from the order." in lines
    assert "granted -> denied: worse for the customer" in lines
    assert "before: granted, 120.00 EUR back, access ends at once (FIRST-PURCHASE-30-DAYS)" in lines
    assert "after:  denied (OUTSIDE-WINDOW), -120.00 EUR" in lines
    assert "until 2026-04-03 00:00 UTC before, until 2026-03-18 00:00 UTC after" in lines


def test_a_comparison_as_json(document: Path) -> None:
    """For programs each flip has both answers with clause, amount and dates, and the direction for the customer."""
    document.write_text(document.read_text().replace('length = "30 days"', 'length = "14 days"'))
    found = json.loads(run("diff", "reference", str(document), "--json").output)
    assert (found["before"], found["after"]) == ("reference@1", "reference@1")
    flip = found["flips"][0]
    assert (flip["kind"], flip["for_the_customer"], flip["money"]) == ("granted -> denied", "worse", "-120.00")
    assert flip["before"]["clause"] == "FIRST-PURCHASE-30-DAYS"
    assert flip["after"]["outcome"] == "deny"


def test_nothing_changes() -> None:
    """A policy and itself are told to be the same, with how many cases were tried."""
    done = run("diff", "reference", "reference")
    assert done.exit_code == 0
    assert "Nothing changes: no rule differs, and " in done.output


def test_a_refused_document_is_not_compared(document: Path) -> None:
    """Its problems are told instead, with their places."""
    document.write_text("[policy]\n")
    done = run("diff", "reference", str(document))
    assert done.exit_code == 1
    assert f"{document}:1:1: problem: " in done.output


def test_a_terminal_gets_it_set_out(document: Path) -> None:
    """On a terminal long messages are wrapped and indented; nothing of them is lost."""
    from goodterms.cli import policy_check
    from goodterms.usecases.check_policies import check_document, find_document

    document.write_text(document.read_text().replace('sold_in = ["AU"]', 'sold_in = ["FR"]'))
    checked = check_document(find_document(str(document)))
    console = Console(force_terminal=True, width=100, record=True, highlight=False, soft_wrap=True)
    policy_check.show_problem("warning", checked.warnings[0], checked.document, console)
    shown = console.export_text()
    assert " ".join(checked.warnings[0].message.split()) in " ".join(shown.split())
    assert all(len(line.rstrip()) <= 100 for line in shown.split("\n"))


def test_a_contract_from_before_the_laws_is_compared(document: Path) -> None:
    """A document sold where a law is about contracts from 2022 on is compared, with calendars back to then."""
    document.write_text(document.read_text().replace('sold_in = ["AU"]', 'sold_in = ["DE"]'))
    other = document.with_name("other.toml")
    other.write_text(document.read_text().replace('until_after_order = "', 'until_after_order = "1'))
    done = run("diff", str(document), str(other))
    assert done.exit_code == 0
    assert "Goodwill" in done.output


def test_the_policies_that_come_along(tmp_path: Path) -> None:
    """Each is named with its seller, and one that is shown into a file is the same policy."""
    listed = run("list")
    assert listed.exit_code == 0
    assert [line.split()[0] for line in listed.output.splitlines()] == list(policies.names())
    assert "Nexway: " in listed.output
    assert [line.split()[0] for line in run("list", "--laws").output.splitlines()] == list(policies.law_names())
    assert run("show", "reference").output == REFERENCE
    assert run("show", "nobody").exit_code == 2
