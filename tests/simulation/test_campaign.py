"""The campaign that has been played is on record, and the documentation says what it came to."""

from __future__ import annotations

from pathlib import Path

from goodterms.simulation.campaign import Record

RECORD = Path(__file__).parent / "campaign.jsonl"
DOCS = Path(__file__).parents[2] / "docs" / "reliability.md"


def test_the_campaign_is_what_the_documentation_says() -> None:
    totals = Record.open(RECORD).totals()
    assert totals["violations"] == 0
    said = (
        f"{totals['seeds']:,} seeds, {totals['customer_years']:,.0f} customer-years, {totals['crashes']:,} crashes, "
        f"{totals['restores']:,} restores, {totals['events']:,} events and no violation"
    )
    assert said in DOCS.read_text(encoding="utf-8")


def test_no_seed_was_counted_twice() -> None:
    record = Record.open(RECORD)
    assert len(record.done()) == len(record.lines)
