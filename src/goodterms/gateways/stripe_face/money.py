"""What moves money: payment intents that are confirmed at once, and refunds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from goodterms.gateways.bank import charging, refunding
from goodterms.gateways.bank.books import Books, RefusedError, Reply
from goodterms.gateways.stripe.words import CHARGE_KEY, REFUND_KEY
from goodterms.gateways.stripe_face import objects
from goodterms.gateways.stripe_face.forms import amount_of, error, metadata_of, text_of

#: The smallest charges, in minor units, as documented.
LEAST: Mapping[str, int] = {"USD": 50, "EUR": 50, "AUD": 50, "GBP": 30}


def pay(books: Books, now: datetime, *, key: str, form: Mapping[str, str]) -> Reply:
    """Make a payment intent and confirm it: 200 with the intent, or 402 with the card's error."""
    customer, method = text_of(form, "customer"), text_of(form, "payment_method")
    if form.get("confirm") != "true" or form.get("off_session") != "true":
        raise RefusedError(400, "invalid_request", "This face of the bank confirms at once and off session only.")
    if objects.kept(books, customer) is None:
        raise RefusedError(400, "no_such_customer", f"No such customer: {customer!r}.")
    owner = objects.kept(books, method)
    if owner is None or owner.get("customer") != customer:
        raise RefusedError(400, "no_such_payment_method", f"No such PaymentMethod: {method!r}.")
    minor, currency = amount_of(form), text_of(form, "currency").upper()
    if minor < LEAST.get(currency, 0):
        raise RefusedError(
            400, "amount_too_small", "Amount must convert to at least the smallest one of the currency."
        )
    body = {
        "amount_minor": minor,
        "currency": currency,
        "payment_method": method,
        "reference": metadata_of(form).get(CHARGE_KEY) or objects.NONE,
        "description": metadata_of(form).get("description") or form.get("description") or "Payment",
    }
    reply = charging.charge(books, now, key=key, body=body)
    if reply.made is None:
        return reply
    row = charging.load(books, reply.made)
    assert row is not None
    books.db.execute("INSERT OR IGNORE INTO stripe_payers VALUES (?, ?)", (row["n"], customer))
    made = objects.intent(books, row)
    if row["failure_code"]:
        why = objects.decline(row["failure_code"])
        said = error(why["type"], why["code"], why["message"], decline_code=why["decline_code"], payment_intent=made)
        return Reply(402, said, made["id"], reply.delivery)
    return Reply(200, made, made["id"], reply.delivery)


def give_back(books: Books, now: datetime, *, form: Mapping[str, str]) -> Reply:
    """Refund a payment intent, all or part of it: 200 with the refund, also where the card's bank refuses it."""
    number = charging.number_of(text_of(form, "payment_intent"), "pi")
    charge = charging.load(books, charging.charge_id(number)) if number is not None else None
    if charge is None:
        raise RefusedError(404, "no_such_charge", f"No such payment_intent: {form['payment_intent']!r}.")
    body = {
        "charge": charging.charge_id(charge["n"]),
        "amount_minor": amount_of(form) if "amount" in form else charge["amount_minor"] - charge["refunded_minor"],
        "currency": charge["currency"],
        "reference": metadata_of(form).get(REFUND_KEY) or objects.NONE,
    }
    reply = refunding.refund(books, now, body=body)
    if reply.made is None:
        return reply
    row = books.db.execute("SELECT * FROM refunds WHERE n = ?", (charging.number_of(reply.made, "re"),)).fetchone()
    return Reply(200, objects.refund(row), reply.made, reply.delivery)
