"""Facts that a policy needs: asked for, stated, corrected, checked by type; the verdict follows them."""

from __future__ import annotations

import pytest

from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.money import Money
from goodterms.domain.refund_request import RequestState
from goodterms.domain.requests import decide_decline
from goodterms.domain.rules import FactValue
from tests.support import second_policy as second
from tests.support.samples import AGENT, CUSTOMER, at, bought, decided, reference
from tests.support.trial import Trial, code_of, outcome_of

BOUGHT_AT = at("2027-01-10T09:00")
ASKED_AT = at("2027-04-20T10:00")
PRICE = Money(7995, "AUD")


def test_a_deduction_waits_for_its_amount() -> None:
    """What only we can find out is not asked of the customer; entered, it is deducted."""
    trial = Trial(second.LESS_BENEFITS, bought(BOUGHT_AT), asked_at=ASKED_AT)
    assert trial.request.state is RequestState.RECEIVED
    assert "information_needed" not in dict(trial.mails)
    waiting = trial.approve()
    assert isinstance(waiting, Refusal)
    assert (waiting.code, waiting.values["missing"]) == ("facts_missing", "value_of_benefits_used")
    trial.state(value_of_benefits_used=Money(1995, "AUD"))
    assert outcome_of(trial.approve()).amount == Money(6000, "AUD")
    stated = [f for f in trial.facts if f.name == "refund_request.fact_stated"]
    assert [dict(f.data)["value_minor"] for f in stated] == [1995]


def test_no_benefits_at_all_deduct_nothing() -> None:
    """Known to be absent is an answer: all of it goes back."""
    trial = Trial(second.LESS_BENEFITS, bought(BOUGHT_AT), asked_at=ASKED_AT)
    trial.state(value_of_benefits_used=None)
    assert outcome_of(trial.approve()).amount == PRICE


def test_a_customer_is_asked_and_the_answer_decides() -> None:
    """Yes or no is for the customer: the request waits, keeps its date, and is judged anew with the answer."""
    trial = Trial(second.IF_UNUSED, bought(BOUGHT_AT), asked_at=ASKED_AT)
    assert trial.request.state is RequestState.NEEDS_INFORMATION
    kind, data = trial.mails[-1]
    asked = {"used_in_cycle": "Has it been used in the current billing cycle?"}
    assert (kind, data["asked"], data["question"]) == ("information_needed", asked, None)
    assert code_of(trial.answer()) == "answer_missing"
    trial.answer(used_in_cycle=False)
    assert trial.request.state is RequestState.IN_REVIEW
    assert trial.request.received_at == ASKED_AT
    said = trial.request.facts["used_in_cycle"]
    assert (said.value, said.by) == (False, str(CUSTOMER))
    assert code_of(trial.answer(used_in_cycle=False)) == "answer_known"
    assert outcome_of(trial.approve()).amount == PRICE


def test_a_customer_states_only_what_was_asked_of_him() -> None:
    """A fact that decides about the money and was not asked of the customer is not taken from him."""
    rules = second.IF_UNUSED + '\n[facts.complained]\ntype = "yes_or_no"\nask = "Was there a complaint?"\n'
    trial = Trial(rules, bought(BOUGHT_AT), asked_at=ASKED_AT)
    before = trial.request
    assert code_of(trial.answer(used_in_cycle=False, complained=True)) == "fact_not_asked"
    assert trial.request == before
    trial.state(complained=True)
    trial.answer(used_in_cycle=False, complained=True)
    assert trial.request.facts["used_in_cycle"].by == str(CUSTOMER)


def test_a_specialist_corrects_what_was_stated() -> None:
    """The latest statement counts, both are in the journal, and what was confirmed before is to be confirmed again."""
    trial = Trial(second.IF_UNUSED, bought(BOUGHT_AT), asked_at=ASKED_AT)
    trial.answer(used_in_cycle=False)
    trial.state(used_in_cycle=True)
    refused = trial.approve()
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.values["clause"]) == ("not_granted", "NOTHING-ELSE")
    stated = [f for f in trial.facts if f.name == "refund_request.fact_stated"]
    assert [(dict(f.data)["value"], str(f.actor)) for f in stated] == [
        (False, str(CUSTOMER)),
        (True, str(AGENT)),
    ]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        pytest.param({}, "answer_missing", id="none"),
        pytest.param({"shoe_size": 43}, "fact_unknown", id="unknown"),
        pytest.param({"value_of_benefits_used": "a lot"}, "fact_invalid", id="no-amount"),
        pytest.param({"value_of_benefits_used": Money(100, "EUR")}, "fact_invalid", id="other-currency"),
        pytest.param({"value_of_benefits_used": Money(-1, "AUD")}, "fact_invalid", id="negative"),
        pytest.param({"country": "Germany"}, "fact_invalid", id="no-country"),
        pytest.param({"consumer": "yes"}, "fact_invalid", id="no-bool"),
        pytest.param({"contract_made_on": at("2027-01-01")}, "fact_invalid", id="instant-for-a-date"),
        pytest.param({"information_given_at": at("2027-01-01").replace(tzinfo=None)}, "fact_invalid", id="no-zone"),
        pytest.param({"prior_refunds_user": -1}, "fact_invalid", id="negative-number"),
        pytest.param({"product_class": "cheese"}, "fact_invalid", id="other-word"),
        pytest.param({"information_given_at": None}, "decided", id="there-was-none"),
    ],
)
def test_only_values_of_the_right_type_are_stated(facts: dict[str, FactValue], code: str) -> None:
    """A value that is none of the fact is refused with the fact's name, and nothing is recorded."""
    trial = Trial(second.LESS_BENEFITS, bought(BOUGHT_AT), asked_at=ASKED_AT)
    before = trial.request
    done = trial.state(**facts)
    assert code_of(done) == code
    if isinstance(done, Refusal):
        assert trial.request == before
        assert not facts or done.values["fact"] == next(iter(facts))


def test_a_request_that_waits_for_facts_is_declined_only_with_a_note() -> None:
    """No rule has denied it: whoever declines says why."""
    trial = Trial(second.IF_UNUSED, bought(BOUGHT_AT), asked_at=ASKED_AT)

    def decline(note: str) -> Decision | Refusal:
        return decide_decline(
            trial.sub, trial.order, trial.request, trial.policy, reference(), trial.now, actor=AGENT, note=note
        )

    assert code_of(decline("")) == "reason_missing"
    assert code_of(decline("Used for months.")) == "decided"
    letter = next(m for m in decided(decline("Used for months.")).messages if m.kind == "request_declined")
    assert (letter.data["clause"], letter.data["because"], letter.data["note"]) == (None, "", "Used for months.")
