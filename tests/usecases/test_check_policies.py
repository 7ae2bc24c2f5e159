"""Documents are checked and compared under the laws and calendars that their rules need."""

from __future__ import annotations

from goodterms import policies
from goodterms.usecases.check_policies import Document, check_document, compare_documents

REFERENCE = policies.read("reference")
FIRST = '[[refund.clause]]\nid = "OTHER-CHANNEL"'
LATER = (
    '[[refund.clause]]\nid = "LATER"\nsays = "Later contracts."\nwhen.contract_at_on_or_after = 2037-01-01\n'
    'outcome = "review"\n\n'
)


def test_a_rule_about_a_later_year_is_tried_in_that_year() -> None:
    """The calendars reach to the contracts that a date in a clause is about."""
    document = Document("later.toml", REFERENCE.replace(FIRST, LATER + FIRST, 1))

    found = compare_documents(Document("before.toml", REFERENCE), document, ("DE",))

    assert found.complete
    assert found.tried


def test_a_search_ends_when_it_is_enough() -> None:
    """A check then has a remark, a comparison says that it is not complete."""
    document = Document("reference.toml", REFERENCE)

    assert any("cut short" in note.message for note in check_document(document, enough=lambda: True).warnings)
    assert not compare_documents(document, document, enough=lambda: True).complete
    assert compare_documents(document, document).complete
