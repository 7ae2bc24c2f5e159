"""`goodterms policy explain` and `policy render`: any document in plain sentences, without a database."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from goodterms import policies
from goodterms.cli.main import app
from goodterms.domain.reading.policy_reader import parse_policy
from goodterms.domain.words import CATALOGS


def run(*arguments: str) -> Result:
    """The command as typed, in a wide terminal."""
    return CliRunner(env={"COLUMNS": "100", "TERMINAL_WIDTH": "100"}).invoke(app, ["policy", *arguments])


def flat(text: str) -> str:
    """Text without its line breaks."""
    return " ".join(text.split())


@pytest.mark.parametrize("name", policies.names())
def test_every_policy_is_explained_whole(name: str) -> None:
    """Sentences are numbered through; every clause is there by its id, with the line it stands in."""
    done = run("explain", name)
    assert done.exit_code == 0, done.output
    said, policy = flat(done.stdout), parse_policy(policies.read(name), name)
    lines = policies.read(name).splitlines()
    numbers = [int(word[:-1]) for line in done.stdout.splitlines() if (word := line[:5].strip()).endswith(".")]
    assert numbers == list(range(1, len(numbers) + 1))
    for table, clauses in (("refund", policy.refund.clauses), ("cancellation", policy.cancellation.clauses)):
        places = [number for number, line in enumerate(lines, 1) if line.startswith(f"[[{table}.clause]]")]
        for clause, place in zip(clauses, places, strict=False):
            assert f"{clause.id}: " in said
            assert f"[line {place}]" in said


def test_the_documents_own_sentence_stands_beside() -> None:
    """A reader sees whether the vendor's words mean what the data says."""
    said = flat(run("explain", "reference").stdout)
    assert (
        "FIRST-PURCHASE-30-DAYS: If the payment is for a first purchase and the request is made within 30 days of "
        "the order, the payment is refunded in full; access ends at once."
    ) in said
    assert "The document says: “A first purchase is refunded in full within 30 days of the order;" in said


def test_the_laws_of_the_places_it_is_sold_in_come_last(tmp_path: Path) -> None:
    """Sold in Germany: its laws with their rights; everywhere: all laws by name; on a day before a law: not it."""
    here = tmp_path / "de.toml"
    here.write_text(policies.read("reference").replace("version = 1 ", 'sold_in = ["DE"]\nversion = 1 '))
    said = flat(run("explain", str(here)).stdout)
    assert "in Germany" in said
    assert "BGB" in said
    assert "L215-1" not in said
    assert "Directive 2011/83/EU" in said
    assert "within 14 days" in said
    everywhere = flat(run("explain", "reference").stdout)
    assert "BGB" in everywhere
    assert "L215-1" in everywhere


@pytest.mark.parametrize("language", CATALOGS)
def test_explained_in_every_language(language: str) -> None:
    """The headings and sentences are those of the language."""
    said = flat(run("explain", "norton-uk", "--lang", language).stdout)
    rules = {"en": "no refund is given", "de": "wird nichts erstattet", "fr": "aucun remboursement n’est accordé"}
    assert rules.get(language, "no se concede ningún reembolso") in said
    told = json.loads(run("explain", "norton-uk", "--lang", language, "--json").stdout)
    assert told["policy"] == "norton-uk@1"
    assert [len(group["statements"]) > 0 for group in told["groups"]] == [True] * 8


def test_the_page_is_rendered() -> None:
    """As text and as an HTML document, in a language, in a vendor's name."""
    done = run("render", "reference", "--lang", "de", "--company", "Beispiel")
    assert done.exit_code == 0
    assert done.stdout.startswith("Kündigung und Erstattung\n")
    assert "Kundenkonto bei Beispiel" in done.stdout
    html = run("render", "reference", "--lang", "fr", "--format", "html").stdout
    assert html.startswith('<!doctype html>\n<html lang="fr">')
    assert html.endswith("</html>\n")


def test_the_day_decides_which_laws(tmp_path: Path) -> None:
    """`--on` gives the page with the laws of another day."""
    here = tmp_path / "gb.toml"
    here.write_text(policies.read("reference").replace("version = 1 ", 'sold_in = ["GB"]\nversion = 1 '))
    before, after = (run("render", str(here), "--on", day).stdout for day in ("2026-01-01", "2030-01-01"))
    assert "announced for 1 April 2027" in before
    assert before.count("announced for") >= after.count("announced for")


def test_what_is_wrong_is_told(tmp_path: Path) -> None:
    """A refused document is not explained but shown its problems; a file that is not there ends with 2."""
    bad = tmp_path / "bad.toml"
    bad.write_text(policies.read("reference").replace('length = "30 days"', 'length = "thirty days"'))
    for command in ("explain", "render"):
        done = run(command, str(bad))
        assert done.exit_code == 1
        assert done.stdout == ""
        assert "bad.toml" in done.stderr
        assert run(command, "no-such-policy").exit_code == 2
    assert run("render", "reference", "--lang", "xx").exit_code == 2
    assert run("render", "reference", "--on", "soon").exit_code == 2
