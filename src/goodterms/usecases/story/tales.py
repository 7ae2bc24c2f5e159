"""The stories of the policy page, one function each, in the order in which they are told.

Dates move forward through all of them: they share one database, one bank and one clock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from goodterms.usecases.story.teller import Teller


def cancel_in_mid_term(t: Teller) -> None:
    """Canceled in the middle of a term: it runs to its end, and nothing more is charged."""
    ann = t.buys("Ann", at="2026-01-12T09:30:00Z")
    t.go("2026-06-15T10:00:00Z")
    t.cancels(ann)
    t.go("2027-01-12T09:29:59Z")
    t.see(ann, "A second before the end, everything still works")
    t.go("2027-02-15T00:00:00Z")
    t.see(ann, "A month later, nothing has been charged")


def one_year_and_two_weeks(t: Teller) -> None:
    """Canceled right after the early charge: the end is 1 year and 2 weeks away."""
    ben = t.buys("Ben", at="2027-03-01T10:00:00Z")
    t.go("2028-02-16T10:00:00Z")
    t.go("2028-02-16T18:00:00Z")
    t.cancels(ben)
    t.go("2029-03-02T00:00:00Z")


def refund_before_the_term_begins(t: Teller) -> None:
    """The early charge is paid back: the next term never starts, and the running one goes on to its end."""
    cat = t.buys("Cat", at="2029-03-20T08:00:00Z")
    t.go("2030-03-08T11:00:00Z")
    request = t.asks(cat)
    t.go("2030-03-11T09:00:00Z")
    t.is_approved(cat, request)
    t.go("2030-03-21T12:00:00Z")


def refund_of_a_first_purchase(t: Teller) -> None:
    """A first purchase is paid back over Easter: access ends at once, the bank days skip the holidays."""
    dan = t.buys("Dan", at="2030-04-01T12:00:00Z")
    t.go("2030-04-15T10:00:00Z")
    request = t.asks(dan)
    t.go("2030-04-16T09:00:00Z")
    t.is_approved(dan, request)
    t.go("2030-04-30T00:00:00Z")


def refund_after_the_term_has_begun(t: Teller) -> None:
    """A renewal whose term has begun is paid back: access ends at once."""
    eve = t.buys("Eve", at="2030-05-06T07:00:00Z")
    t.go("2031-05-12T10:00:00Z")
    request = t.asks(eve)
    t.go("2031-05-13T09:00:00Z")
    t.is_approved(eve, request)
    t.go("2031-05-25T00:00:00Z")


def day_thirty_and_day_thirty_one(t: Teller) -> None:
    """The last second of day 30 is inside; the first of day 31 is not."""
    fay = t.buys("Fay", at="2031-06-02T10:00:00Z")
    gus = t.buys("Gus", at="2031-06-02T10:00:00Z")
    t.go("2031-07-02T23:59:59Z")
    in_time = t.asks(fay)
    t.go("2031-07-03T00:00:00Z")
    too_late = t.asks(gus)
    t.go("2031-07-04T09:00:00Z")
    t.is_approved(fay, in_time)
    t.is_declined(gus, too_late)
    t.cancels(gus)
    t.go("2031-07-20T00:00:00Z")


def wrong_order_number(t: Teller) -> None:
    """Asked on day 29 with a wrong order number and completed on day 32: the first date counts."""
    hal = t.buys("Hal", at="2031-09-01T10:00:00Z")
    t.go("2031-09-30T16:00:00Z")
    inquiry = t.asks_with_wrong_number(hal)
    t.go("2031-10-03T08:00:00Z")
    request = t.completes(hal, inquiry)
    t.go("2031-10-06T09:00:00Z")
    t.is_approved(hal, request)
    t.go("2031-10-20T00:00:00Z")


def declined_card(t: Teller) -> None:
    """The card fails twice inside the lead and then pays: access was never interrupted."""
    ida = t.buys("Ida", at="2031-11-03T10:00:00Z")
    t.go("2032-01-15T10:00:00Z")
    t.changes_card(ida, "pm_insufficient_funds_2")
    t.go("2032-11-04T00:00:00Z")
    t.cancels(ida)


def cancel_before_the_charge(t: Teller) -> None:
    """The cancellation is committed a second before the charge would be: nothing is charged."""
    joe = t.buys("Joe", at="2033-01-10T10:00:00Z")
    t.go("2033-12-27T09:59:59Z")
    t.cancels(joe)
    t.go("2034-01-11T00:00:00Z")


def charge_before_the_cancel(t: Teller) -> None:
    """The charge was sent first and its answer is lost: it stands, the customer is told, the refund is offered."""
    kim = t.buys("Kim", at="2034-01-16T10:00:00Z")
    t.go("2034-06-01T10:00:00Z")
    t.changes_card(kim, "pm_answer_lost")
    t.go("2035-01-02T09:59:59Z")
    t.stage.set_clock(t.stage.now.replace(hour=10, minute=0, second=0))
    t.worker_intends(kim)
    t.worker_sends(kim)
    t.cancels(kim)
    t.go("2035-01-02T10:05:00Z")
    t.sees_the_offer(kim)
    t.go("2035-01-03T12:00:00Z")
    request = t.asks(kim)
    t.is_approved(kim, request)
    t.go("2035-01-20T00:00:00Z")


def cancel_before_the_charge_is_sent(t: Teller) -> None:
    """The charge was wished for and not sent yet: the customer is told it may come, and it is let go."""
    lea = t.buys("Lea", at="2036-02-29T10:00:00Z")
    t.go("2037-02-14T09:59:59Z")
    t.stage.set_clock(t.stage.now.replace(hour=10, minute=0, second=0))
    t.worker_intends(lea)
    t.cancels(lea)
    t.go("2037-02-14T10:00:00Z")
    t.go("2037-03-01T00:00:00Z")


TALES: Mapping[str, Callable[[Teller], None]] = {
    tale.__name__: tale
    for tale in (
        cancel_in_mid_term,
        one_year_and_two_weeks,
        refund_before_the_term_begins,
        refund_of_a_first_purchase,
        refund_after_the_term_has_begun,
        day_thirty_and_day_thirty_one,
        wrong_order_number,
        declined_card,
        cancel_before_the_charge,
        charge_before_the_cancel,
        cancel_before_the_charge_is_sent,
    )
}
