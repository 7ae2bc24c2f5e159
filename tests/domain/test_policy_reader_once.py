"""One mistake, one message: nothing follows from it that is not wrong by itself."""

from __future__ import annotations

from goodterms import policies
from tests.support.rules_documents import FULL, changed, problems_of

REFERENCE = policies.read("reference")


def _told(text: str) -> list[str]:
    return [problem.message for problem in problems_of(text)]


def test_a_default_that_comes_too_early_is_told_once() -> None:
    """To move down itself where nothing else is the default, else to go."""
    early = changed(REFERENCE, ("when.disputed = true", 'when = "always"'))
    hidden = '"DISPUTED" applies always, so that the 8 rules after it are never reached'
    assert _told(early) == [f"{hidden}; leave it out, or give it conditions"]
    at = REFERENCE.index('id = "OUTSIDE-WINDOW"')
    swapped = REFERENCE[:at] + REFERENCE[at:].replace('when = "always"', 'when.payment = "renewal"', 1)
    moved = changed(swapped, ("when.disputed = true", 'when = "always"'))
    assert _told(moved) == [f"{hidden}; move it to the end"]
    twice = FULL + '\n[[refund.clause]]\nid = "NO-AGAIN"\nwhen = "always"\noutcome = "deny"\n'
    assert _told(twice) == [
        '"NO" applies always, so that "NO-AGAIN" after it is never reached; leave it out, or give it conditions'
    ]


def test_a_condition_on_a_fact_that_is_wrong_itself_is_a_condition() -> None:
    """The type is wrong; that no condition is given is not."""
    said = _told(changed(FULL, ('words = ["calm", "cross"]', 'words = ["calm", "Very cross"]')))
    said += _told(changed(FULL, ('type = "yes_or_no"\nask = "Used?"', 'type = "boolean"\nask = "Used?"')))
    alone = FULL + '\n[[refund.clause]]\nid = "ONE"\nwhen.mod = "calm"\noutcome = "deny"\n'
    said += _told(alone)

    assert len(said) == 3
    assert not any("no condition is given" in text for text in said)
