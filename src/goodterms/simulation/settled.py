"""What must be true once nothing fails any more and everybody had time: nothing is open, the bank and we agree."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from goodterms.domain.public_id import CHARGE, REFUND, encode
from goodterms.gateways.protocol import Outcome
from goodterms.simulation.books import BankBooks, BookedRefund
from goodterms.simulation.looking import Rows, instant
from goodterms.simulation.mail import Letter
from goodterms.simulation.oracle import Oracle
from goodterms.simulation.stage import BrokenRuleError

#: What began before that has to be over: the slowest of methods has decided by then, and renewals go on meanwhile.
_OVER_WITHIN = timedelta(days=12)
#: Why a mail may never be sent, if it was written before that or did go out: no server here refuses one for long.
_KEPT_BACK = "not sent: it went out before the database was restored"
_CLOCKS_DIFFER_BY = timedelta(seconds=5)
_HEARD_WITHIN = timedelta(days=1)  # what the bank did, and what was written: by looking up and by the next try


def check_settled(
    oracle: Oracle, books: BankBooks, letters: Sequence[Letter], now: datetime, restored_at: datetime | None
) -> None:
    """Raises `BrokenRuleError` for the first thing that is still open, or on which the bank and we differ.

    `restored_at` is when a backup was put back last, None where never.
    """
    everything = oracle.all_rows()
    for rows in everything:
        _nothing_open(rows, now - _OVER_WITHIN)
        _goes_on(rows, now - _HEARD_WITHIN)
    _nothing_held_back(oracle.watcher, now - _HEARD_WITHIN)
    _mails_arrived(oracle.watcher, letters, now, restored_at)
    _same_books(everything, books, now)


def _same_books(everything: Sequence[Rows], books: BankBooks, now: datetime) -> None:
    """Every movement of money at the bank is known here, in the same state and of the same amount."""
    living = {rows.subscription["id"] for rows in everything}
    charges = {encode(CHARGE, c["bucket"], UUID(c["id"])): c for rows in everything for c in rows.charges}
    refunds = {encode(REFUND, r["bucket"], UUID(r["id"])): r for rows in everything for r in rows.refunds}
    by_ref = {r["gateway_ref"]: r for r in refunds.values() if r["gateway_ref"]}
    for booked in books.charges.values():
        if booked.outcome is not Outcome.SUCCEEDED or booked.at > now - _HEARD_WITHIN:
            continue
        ours = charges.get(booked.reference)
        if ours is None and booked.term[0] not in living:
            continue  # the subscription itself was lost with a backup: a case at the desk
        if ours is None or ours["state"] != "succeeded":
            raise BrokenRuleError("paid and not known", "money was taken that we do not hold for paid", [booked, ours])
    known = {d["gateway_ref"]: d for rows in everything for d in rows.disputes}
    if strangers := known.keys() - books.disputes.keys():
        raise BrokenRuleError("dispute differs", "we know disputes that the bank does not", sorted(strangers))
    for dispute in books.disputes.values():
        row = known.get(dispute.ref)
        if row is None and books.charges[dispute.charge_ref].term[0] not in living:
            continue
        if row is None or (row["state"], row["amount_minor"]) != (dispute.word, dispute.amount.minor):
            raise BrokenRuleError("dispute differs", "the bank's dispute and ours differ", [dispute, row])
    for refund in books.refunds.values():
        ours = by_ref.get(refund.ref) or refunds.get(refund.reference or "")
        if ours is not None and ours["gateway_ref"] not in (None, refund.ref):
            ours = None  # a lost history had given its name to another
        if ours is None and books.charges[refund.charge_ref].term[0] not in living:
            continue
        if ours is None and refund.outcome is Outcome.DECLINED and not _told(books, refund):
            continue  # made in the dashboard, or by a history that is lost: no money has ever moved
        state = "failed" if refund.outcome is Outcome.DECLINED else refund.outcome.value
        if ours is None or (ours["state"], ours["amount_minor"]) != (state, refund.amount.minor):
            raise BrokenRuleError("refund differs", "the bank's refund and ours differ", [refund, ours])


def _told(books: BankBooks, refund: BookedRefund) -> bool:
    """Whether the bank's statement has ever named a refund."""
    return any(line.kind == "refund" and line.gateway_ref == refund.ref for line in books.lines)


def _nothing_open(rows: Rows, since: datetime) -> None:
    def old(began: str) -> bool:
        at = instant(began)
        return at is not None and at < since

    for charge in rows.charges:
        if charge["state"] in ("intended", "unknown") and old(charge["intended_at"]):
            raise BrokenRuleError("still open", "a charge has not come to an end", [charge])
    for refund in rows.refunds:
        standing = refund["state"] in ("intended", "unknown", "pending") and refund["way"] == "original"
        if standing and old(refund["intended_at"]):
            raise BrokenRuleError("still open", "a refund has not come to an end", [refund])


def _goes_on(rows: Rows, since: datetime) -> None:
    """Whatever lives has a next step that is not overdue, or a charge or refund under way that decides about it."""
    sub = rows.subscription
    step_at = instant(sub["next_step_at"])
    if step_at is not None and step_at < since:
        raise BrokenRuleError("still open", "a subscription's next step is overdue", [sub])
    under_way = any(one["state"] in ("intended", "unknown") for one in (*rows.charges, *rows.refunds))
    if step_at is None and sub["expired_at"] is None and not under_way:
        raise BrokenRuleError("still open", "a subscription lives and waits for nothing", [sub])


def _nothing_held_back(watcher: psycopg.Connection[Any], since: datetime) -> None:
    """No webhook is left undone, and nothing keeps us from sending."""
    waiting = watcher.execute(
        "SELECT row_to_json(w) FROM webhooks_in w WHERE state IN ('waiting', 'parked') AND received_at < %s", [since]
    ).fetchone()
    if waiting is not None:
        raise BrokenRuleError("still open", "a webhook was never taken in", [waiting[0]])
    fence = watcher.execute("SELECT row_to_json(f) FROM fence f WHERE fenced_at IS NOT NULL").fetchone()
    if fence is not None:
        raise BrokenRuleError("still open", "the fence is still up", [fence[0]])


def _mails_arrived(
    watcher: psycopg.Connection[Any], letters: Sequence[Letter], now: datetime, restored_at: datetime | None
) -> None:
    """Every mail has left, but those that a lost history may have sent; and what is held for sent has arrived."""
    arrived = {letter.message_id.strip("<>").split("@")[0] for letter in letters}
    for bucket, id, kind, at, send_at, sent_at, error in watcher.execute(
        "SELECT bucket, id, kind, at, send_at, sent_at, last_error FROM messages ORDER BY at, id"
    ).fetchall():
        row = {"bucket": bucket, "id": str(id), "kind": kind}
        if send_at is not None and send_at < now - _HEARD_WITHIN:
            raise BrokenRuleError("still open", "a mail was never sent", [row])
        name = f"{id.hex}.{bucket:03x}"
        before = restored_at is not None and at <= restored_at + _CLOCKS_DIFFER_BY
        sent_before = error == _KEPT_BACK and (before or name in arrived)
        if sent_at is None and send_at is None and not sent_before:
            raise BrokenRuleError("mail given up", f"a mail is not tried any more: {error}", [row])
        if sent_at is not None and name not in arrived:
            raise BrokenRuleError("mail lost", "a mail is held for sent that never arrived", [row])
