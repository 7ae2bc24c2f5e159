"""Our side of the file reseller. It charges by itself: we read what it reports, and leave instructions for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Literal

from goodterms.domain.money import Money
from goodterms.gateways.gate import Gate
from goodterms.gateways.protocol import (
    Abilities,
    Answer,
    ChargeIntent,
    GatewayUnavailableError,
    Hint,
    Movement,
    Outcome,
    RefundIntent,
    WebhookRefusedError,
)
from goodterms.gateways.reseller.folder import Folder
from goodterms.gateways.reseller.journal import Journal
from goodterms.gateways.selling import AgreementReport, RenewalIntent, Taken

_UNASKED = "this gateway charges by itself: it is never asked to"
_NOTHING = {"agreement": "", "reference": "", "order": "", "amount_minor": "", "currency": "", "number": ""}


class FileReseller:
    """The gateway "reseller". `folder` is the operator's; `clock` tells the instant."""

    def __init__(self, folder: Path, *, clock: Callable[[], datetime]) -> None:
        self._folder = Folder(folder, clock)
        self._journal = Journal(folder / "taken")
        self._lock = Lock()
        self._hints: list[Hint] = []
        self._gate = Gate()

    name = "reseller"
    abilities = Abilities(
        charges_itself=True,
        refunds_in_dashboard=True,
        test_cards=False,
        key_lifetime=timedelta(days=3650),
        answers_later=True,
        files=True,
    )

    @property
    def gate(self) -> Gate:
        """Nothing is called, so there is nothing to hold back."""
        return self._gate

    # --- charges: the reseller's own affair ---------------------------------------------------

    def charge(self, intent: ChargeIntent) -> Answer:
        """Raises RuntimeError: never to be called."""
        raise RuntimeError(f"{_UNASKED} ({intent.reference})")

    def charge_many(self, intents: Sequence[ChargeIntent], *, within: timedelta | None = None) -> list[Answer]:  # noqa: ARG002
        """Raises RuntimeError, unless there is nothing to charge."""
        if intents:
            raise RuntimeError(_UNASKED)
        return []

    def find_charge(self, *, key: str, reference: str, payment_method: str | None = None) -> Answer:  # noqa: ARG002
        """There is never a charge of ours there. Raises ValueError for an empty key."""
        _check(key)
        return _not_found()

    # --- refunds ------------------------------------------------------------------------------

    def refund(self, intent: RefundIntent) -> Answer:
        """Leave an instruction; what came of it is not known before the reseller says so."""
        _check(intent.key)
        row = {
            **_NOTHING, "instruction": intent.key, "what": "refund", "reference": intent.reference,
            "order": intent.charge_ref, "amount_minor": str(-intent.amount.minor), "currency": intent.amount.currency,
        }  # fmt: skip
        return self._leave(intent.key, row) or self.find_refund(key=intent.key, reference=intent.reference)

    def find_refund(self, *, key: str, reference: str, charge_ref: str | None = None) -> Answer:  # noqa: ARG002
        """What the reseller has said of a refund, by its instruction and then by our reference."""
        _check(key)
        try:
            with self._fresh() as journal:
                line, status = journal.latest("refund", reference), journal.status.get(key)
                if line is not None:
                    return _refund_answer(line)
                if status is not None and not status.accepted:
                    return Answer(Outcome.DECLINED, status.ref, status.code, None, status.at, retryable=False)
                if status is not None:
                    return Answer(Outcome.PENDING, status.ref, None, None, status.at)
                return _waiting() if self._folder.put_out_before(_file(key)) else _not_found()
        except GatewayUnavailableError:
            return Answer(Outcome.UNKNOWN, None, "folder_unavailable", None, None)

    # --- renewals -----------------------------------------------------------------------------

    def instruct(self, intent: RenewalIntent) -> Answer:
        """Leave the instruction to stop renewing, or to go on."""
        _check(intent.key)
        row = {
            **_NOTHING, "instruction": intent.key, "what": intent.wish, "number": str(intent.number),
            "agreement": intent.agreement,
        }  # fmt: skip
        return self._leave(intent.key, row) or self.find_instruction(key=intent.key, agreement=intent.agreement)

    def find_instruction(self, *, key: str, agreement: str) -> Answer:  # noqa: ARG002
        """What the reseller has said of an instruction."""
        _check(key)
        try:
            with self._fresh() as journal:
                status = journal.status.get(key)
                if status is not None:
                    outcome = Outcome.SUCCEEDED if status.accepted else Outcome.DECLINED
                    return Answer(outcome, status.ref, status.code, None, status.at, retryable=False)
                return _waiting() if self._folder.put_out_before(_file(key)) else _not_found()
        except GatewayUnavailableError:
            return Answer(Outcome.UNKNOWN, None, "folder_unavailable", None, None)

    def agreement(self, ref: str) -> AgreementReport | None:
        """What the reseller said last of an agreement."""
        with self._fresh() as journal:
            said = journal.agreements.get(ref)
            return AgreementReport(said.agreement, said.renews, said.at, said.told) if said else None

    # --- what it reports ----------------------------------------------------------------------

    def movements(self, *, after: str | None, limit: int = 500) -> list[Movement]:
        """The rows of the feeds in the order in which they were taken in: not always that of their instants."""
        with self._fresh() as journal:
            return journal.lines(after, limit)

    def current(self, kind: Literal["charge", "refund", "dispute"], gateway_ref: str) -> Movement | None:
        """The latest row about an object. A refund is also found by our reference or by its instruction."""
        with self._fresh() as journal:
            line = journal.latest(kind, gateway_ref)
            status = journal.status.get(gateway_ref) if kind == "refund" and line is None else None
            if status is None or status.reference is None:
                return line and replace(line, cursor="")
            line = journal.latest("refund", status.reference)
            if line is not None:
                return replace(line, cursor="")
            return self._by_status(gateway_ref)

    def read_webhook(self, headers: Mapping[str, str], body: bytes, now: datetime) -> list[Hint]:  # noqa: ARG002
        """Raises WebhookRefusedError: it sends files."""
        raise WebhookRefusedError("this gateway sends files, no webhooks")

    def take_files(self) -> Taken:
        """Take in what lies ready, and go after what is missing."""
        with self._fresh() as journal:
            self._folder.go_after(journal)
            hints, self._hints = tuple(self._hints), []
            return Taken(hints, tuple(self._folder.refused()))

    def take_again(self, name: str) -> bool:
        """Put a quarantined file back; the next look judges it."""
        with self._fresh():
            return self._folder.again(name)

    @contextmanager
    def _fresh(self) -> Iterator[Journal]:
        """The journal with everything that lies ready taken in. Raises GatewayUnavailableError."""
        try:
            with self._lock:
                self._folder.open()
                with self._folder.alone():
                    self._hints += self._journal.refresh()
                    self._hints += self._folder.take(self._journal)
                    yield self._journal
        except OSError as problem:
            raise GatewayUnavailableError(f"the reseller's folder can not be used: {problem.strerror}") from problem

    def _leave(self, key: str, row: Mapping[str, str]) -> Answer | None:
        """Put an instruction out, once; an answer where that is all there is to say."""
        name = _file(key)
        try:
            with self._fresh() as journal:
                before = self._folder.put_out_before(name)
                if before is not None and before != row:
                    return Answer(Outcome.UNKNOWN, None, "key_reused", None, None)
                if before is None and key not in journal.status:
                    self._folder.put_out(name, "instruction", row)
        except GatewayUnavailableError:
            return Answer(Outcome.UNKNOWN, None, "folder_unavailable", None, None)
        return None

    def _by_status(self, key: str) -> Movement | None:
        """A refund of which only the status is known, as a line would say it."""
        status, row = self._journal.status[key], self._folder.put_out_before(_file(key))
        if row is None:
            return None
        amount = Money(-int(row["amount_minor"]), row["currency"])
        return Movement(
            "refund", status.ref or key, row["order"], status.reference, amount,
            Outcome.PENDING if status.accepted else Outcome.DECLINED, status.at, "", status.code,
        )  # fmt: skip


def _refund_answer(line: Movement) -> Answer:
    return Answer(
        line.outcome, line.gateway_ref, line.failure, None, line.at, retryable=False, amount=line.amount,
        bank_reference=line.bank_reference,
    )  # fmt: skip


def _file(key: str) -> str:
    return f"instruction-{key}.csv"


def _check(key: str) -> None:
    if not key.strip():
        raise ValueError("a key is never empty")


def _waiting() -> Answer:
    return Answer(Outcome.UNKNOWN, None, "instructed", None, None)


def _not_found() -> Answer:
    return Answer(Outcome.UNKNOWN, None, None, None, None, not_found=True)
