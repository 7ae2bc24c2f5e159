"""For scale: the same two phases as an ordinary Django program would write them, one object at a time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar
from uuid import uuid5

from django.db import models, transaction

from bench.meter import Meter, Run
from bench.seed import NOW, YEAR
from bench.stub import DECLINE_CODE, answer_for
from goodterms.domain.decision import plain
from goodterms.domain.money import Money
from goodterms.domain.policy import Policy
from goodterms.domain.public_id import human_number
from goodterms.domain.term import boundary
from goodterms.storage.models import ChargeRow, FactRow, MessageRow, OrderRow, PostingRow, Price, SubscriptionRow


class WritableTerm(models.Model):
    """The table of terms without its generated column, which Django would try to write."""

    pk = models.CompositePrimaryKey("bucket", "subscription_id", "number")
    bucket = models.SmallIntegerField()
    subscription_id = models.UUIDField()
    number = models.SmallIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    prev_number = models.SmallIntegerField(null=True)
    prev_closes_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[WritableTerm]] = models.Manager()

    class Meta:
        managed = False
        app_label = "storage"
        db_table = "terms"
        ordering: ClassVar = ["number"]


def run(policy: Policy, limit: int) -> Run:
    """Renew up to `limit` subscriptions."""
    meter = Meter()
    due = list(SubscriptionRow.objects.filter(next_step_at__lte=NOW).order_by("next_step_at")[:limit])
    for subscription in due:
        _intend(subscription, policy)
    charges = list(ChargeRow.objects.filter(check_at__lte=NOW, state="intended").order_by("check_at")[:limit])
    for charge in charges:
        _charge(charge, policy)
    return Run(meter.lap(), len(charges))


def _locked(bucket: int, id: Any) -> SubscriptionRow:
    return SubscriptionRow.objects.select_for_update(no_key=True).get(bucket=bucket, id=id)


def _fact(sub: SubscriptionRow, name: str, actor: str, policy: Policy, /, **data: object) -> int:
    sub.last_fact += 1
    FactRow.objects.create(
        bucket=sub.bucket, stream=sub.id, seq=sub.last_fact, name=name, at=NOW, actor=actor,
        policy_digest=policy.digest, data=plain(data),
    )  # fmt: skip
    return sub.last_fact


def _message(sub: SubscriptionRow, kind: str, subject: str, /, **data: object) -> None:
    MessageRow.objects.get_or_create(
        bucket=sub.bucket,
        kind=kind,
        subject=f"{sub.id.hex}/{subject}",
        defaults={
            "id": uuid5(sub.id, f"message/{kind}/{subject}"), "customer_id": sub.customer_id, "at": NOW,
            "data": plain(data), "send_at": NOW, "attempts": 0,
        },
    )  # fmt: skip


@transaction.atomic
def _intend(found: SubscriptionRow, policy: Policy) -> None:
    sub = _locked(found.bucket, found.id)
    last = WritableTerm.objects.filter(bucket=sub.bucket, subscription_id=sub.id).order_by("-number").first()
    prices = Price.objects.filter(plan=sub.plan, currency=sub.currency, effective_at__lte=NOW)
    price = prices.order_by("-effective_at").first()
    assert last is not None
    assert price is not None
    number = last.number + 1
    attempt = 1 + ChargeRow.objects.filter(bucket=sub.bucket, subscription_id=sub.id, term_number=number).count()
    amount = Money(min(price.amount_minor, sub.announced_minor or price.amount_minor), sub.currency)
    ChargeRow.objects.create(
        bucket=sub.bucket, id=uuid5(sub.id, f"charge/{number}/{attempt}"),
        subscription_id=sub.id, term_number=number, attempt=attempt, kind="renewal", amount_minor=amount.minor,
        tax_minor=price.tax_minor,
        currency=sub.currency, payment_method=sub.payment_method or "", starts_at=last.ends_at,
        ends_at=boundary(sub.anchor_at, YEAR, number), policy_digest=policy.digest, gateway=sub.gateway,
        state="intended", intended_at=NOW, check_at=NOW, looked_up=0, retryable=True,
    )  # fmt: skip
    _fact(
        sub, "charge.intended", "system:worker", policy, term_number=number, attempt=attempt,
        amount=amount,
    )  # fmt: skip
    sub.next_step_at = None
    sub.version += 1
    sub.save()


def _charge(charge: ChargeRow, policy: Policy) -> None:
    charge.sent_at = NOW
    charge.save(update_fields=["sent_at"])
    succeeded, ref = answer_for(f"gt-charge-{charge.subscription_id.hex}-{charge.term_number}-{charge.attempt}")
    with transaction.atomic():
        sub = _locked(charge.bucket, charge.subscription_id)
        charge.state = "succeeded" if succeeded else "declined"
        charge.gateway_ref, charge.settled_at, charge.check_at = ref, NOW, None
        charge.decline_code = None if succeeded else DECLINE_CODE
        charge.save()
        if succeeded:
            _renew(sub, charge, policy)
        else:
            _decline(sub, charge, policy)
        sub.version += 1
        sub.save()


def _renew(sub: SubscriptionRow, charge: ChargeRow, policy: Policy) -> None:
    last = WritableTerm.objects.filter(bucket=sub.bucket, subscription_id=sub.id).order_by("-number").first()
    assert last is not None
    id = uuid5(sub.id, f"order/{charge.term_number}")
    amount, actor = Money(charge.amount_minor, charge.currency), f"gateway:{charge.gateway}"
    order = OrderRow.objects.create(
        bucket=sub.bucket, id=id, customer_id=sub.customer_id, subscription_id=sub.id, term_number=charge.term_number,
        number=human_number(sub.bucket, id), kind="renewal", placed_at=charge.intended_at, buyer_name=sub.buyer_name,
        buyer_email=sub.buyer_email, buyer_timezone=sub.buyer_timezone, channel=sub.channel,
        merchant_of_record=sub.merchant_of_record, amount_minor=amount.minor, tax_minor=charge.tax_minor,
        currency=charge.currency, policy_digest=policy.digest, charge_id=charge.id, gateway=charge.gateway,
        gateway_ref=charge.gateway_ref, refunded_minor=0, excess_minor=0, disputed=False, disputed_minor=0,
    )  # fmt: skip
    WritableTerm.objects.create(
        bucket=sub.bucket, subscription_id=sub.id, number=charge.term_number,
        starts_at=charge.starts_at, ends_at=charge.ends_at, prev_number=last.number, prev_closes_at=last.ends_at,
    )  # fmt: skip
    seq = _fact(
        sub, "charge.succeeded", actor, policy, term_number=charge.term_number, attempt=charge.attempt, amount=amount,
        gateway_ref=charge.gateway_ref,
    )  # fmt: skip
    for ordinal, (book, minor) in enumerate((("sales", amount.minor - charge.tax_minor), ("tax", charge.tax_minor))):
        PostingRow.objects.create(
            bucket=sub.bucket, stream=sub.id, seq=seq, ordinal=ordinal, debit="cash", credit=book, amount_minor=minor,
            currency=charge.currency, at=NOW, order_id=id,
        )  # fmt: skip
    dates = {"placed_at": order.placed_at, "amount": amount, "tax_minor": charge.tax_minor}
    _fact(
        sub, "subscription.renewed", actor, policy, order_id=id, order_number=order.number,
        term_number=charge.term_number, starts_at=charge.starts_at, ends_at=charge.ends_at, **dates,
    )  # fmt: skip
    _message(
        sub, "receipt", f"{charge.term_number}", order_number=order.number, kind="renewal",
        term_starts_at=charge.starts_at, term_ends_at=charge.ends_at, canceled=not sub.auto_renew, **dates,
    )  # fmt: skip
    sub.announced_term = sub.announced_minor = sub.announced_at = sub.announced_again_at = None
    sub.paid_through = charge.ends_at
    sub.next_step_at = charge.ends_at - timedelta(days=policy.renewal.reminder_days(YEAR))


def _decline(sub: SubscriptionRow, charge: ChargeRow, policy: Policy) -> None:
    _fact(
        sub, "charge.declined", f"gateway:{charge.gateway}", policy, term_number=charge.term_number,
        attempt=charge.attempt, code=DECLINE_CODE, retryable=True,
    )  # fmt: skip
    retry_at = charge.intended_at + timedelta(days=policy.renewal.retry_after_days[0])
    sub.next_step_at = min(retry_at, charge.starts_at)
    _message(
        sub, "charge_failed", f"{charge.term_number}/{charge.attempt}", kind="renewal", code=DECLINE_CODE,
        amount=Money(charge.amount_minor, charge.currency), retry_at=sub.next_step_at, access_until=charge.starts_at,
    )  # fmt: skip
