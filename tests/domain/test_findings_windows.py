"""Reasons about several windows: each last day is told from the others, and nothing is said twice."""

from __future__ import annotations

from pathlib import Path

from goodterms import policies
from goodterms.usecases.decide.cases import Policies
from tests.domain.decide_documents import decided
from tests.support.rules_documents import changed

_WINDOWS = """\
[window.longer]
length = "60 days"
counted_from = "order"

[window.new_term]
length = "3 days"
counted_from = "term_start"

[refund]"""
_CLAUSES = """
[[refund.clause]]
id = "RENEWED"
when.payment = "renewal"
when.inside_window = ["money_back", "new_term"]
outcome = "grant"
amount = "full"
access = "ends_now"

[[refund.clause]]
id = "DISPUTED\""""
_LAST = """
[[refund.clause]]
id = "LONGER"
when.payment = "initial"
when.inside_window = "longer"
when.latest_paid_term = true
outcome = "review"

[[refund.clause]]
id = "OUTSIDE-WINDOW\""""
_TEXT = changed(
    policies.read("reference"),
    ("[refund]", _WINDOWS),
    ('\n[[refund.clause]]\nid = "DISPUTED"', _CLAUSES),
    ('\n[[refund.clause]]\nid = "OUTSIDE-WINDOW"', _LAST),
)


def _because(path: Path, clause: str, **fields: object) -> str:
    document = path / "windows.toml"
    document.write_text(_TEXT, encoding="utf-8")
    found = decided(Policies(str(document)), **fields)["findings"]
    return next(str(one["because"]) for one in found if one["clause"] == clause)


def test_each_last_day_is_told_from_the_others(tmp_path: Path) -> None:
    """By the length of its window; the day of the request is named once."""
    said = _because(tmp_path, "OUTSIDE-WINDOW", requested_at="2026-09-01T10:00:00Z")

    assert said.count("The request came on day ") + said.count("the request came on day ") == 1
    assert "; the last day of 30 days was " in said
    assert "; the last day of 60 days was " in said


def test_a_request_before_the_first_day_has_no_negative_day(tmp_path: Path) -> None:
    """A window from the start of a term is open before it."""
    renewal = {
        "kind": "renewal", "order_at": "2027-02-16T10:00:00Z", "term_start": "2027-03-02T10:00:00Z",
        "term_end": "2028-03-02T10:00:00Z", "current_term_start": "2026-03-02T10:00:00Z",
        "current_term_end": "2027-03-02T10:00:00Z", "requested_at": "2027-02-20T10:00:00Z",
    }  # fmt: skip
    said = _because(tmp_path, "RENEWED", **renewal)

    assert "day -" not in said
    assert (
        "the request came on 20 February 2027, before the days from 2 March 2027 are counted; "
        "the last day of 3 days is 5 March 2027"
    ) in said
