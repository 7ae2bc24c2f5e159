"""Every kind of letter, caused by the real journey behind it, rendered and delivered."""

from __future__ import annotations

import re
from typing import Any

import pytest

from goodterms.domain.cancellation import CancellationOutcome
from goodterms.domain.facts import Actor
from goodterms.domain.payment import RefundWay
from goodterms.domain.refund_request import Claimed, RefundRequest
from goodterms.storage.models import Company, Inquiry, MessageRow, Plan, RefundRow
from goodterms.usecases import cancel, pay_back, review
from goodterms.usecases.mail.deliver import deliver_mail
from goodterms.usecases.mail.kinds import KINDS
from tests.support.smtp import Sink
from tests.support.worlds import Sale, Sandbox

AGENT = Actor("agent", "sam@desk.example")
SUPERVISOR = Actor("agent", "kim@desk.example")


def post(sandbox: Sandbox, sink: Sink, kind: str) -> tuple[str, str]:
    """Send everything that is due; the subject and text of the one new letter of this kind, which becomes the last."""
    first = len(sink.mails)
    while deliver_mail(sandbox.world):
        pass
    new = {str(sink.mails[i]["Message-ID"])[1:33]: i for i in range(first, len(sink.mails))}
    sent = [row for row in MessageRow.objects.filter(kind=kind) if row.id.hex in new]
    assert len(sent) == 1, f"{len(sent)} letters of {kind}"
    index = new[sent[0].id.hex]
    text, html = sink.text(index), sink.html(index)
    assert sink.mails[index]["Subject"] == sent[0].mail_subject
    assert not re.search(r"\{\{|\{%|None|amount_minor|=\?", text), text
    assert "{{" not in html
    assert sent[0].body_text == text.replace("\r\n", "\n")
    assert sent[0].sent_to == sink.recipients[index]
    sink.mails.append(sink.mails.pop(index))
    sink.recipients.append(sink.recipients.pop(index))
    return str(sent[0].mail_subject), " ".join(text.split())


def sold(sandbox: Sandbox, card: str = "pm_ok") -> Sale:
    return sandbox.sell(sandbox.customer(timezone="Australia/Sydney"), card=card)


def test_receipt(sandbox: Sandbox, sink: Sink) -> None:
    """A receipt states order, amount, tax and the paid term, in the customer's zone."""
    sale = sold(sandbox)
    subject, text = post(sandbox, sink, "receipt")
    assert subject == f"Receipt for Shield Year, order {sale.order.number}"
    assert "A$59.95" in text
    assert "A$5.45" in text
    assert "10 May 2026, 19:00 AEST" in text
    assert "10 May 2027, 19:00 AEST" in text
    assert f"http://shop.test/account/subscriptions/{sale.public_id}/" in text
    assert sink.recipients == ["ann@example.org"]


def test_renewal_is_announced_and_charged(sandbox: Sandbox, sink: Sink) -> None:
    """Before the charge the letter names amount, date and the way out; after it comes a receipt."""
    sold(sandbox)
    post(sandbox, sink, "receipt")
    sandbox.advance(days=335)
    sandbox.live(1)
    subject, text = post(sandbox, sink, "renewal_coming")
    assert subject == "Shield Year: A$59.95 is charged on 26 April 2027"
    assert "cancel before then" in text
    assert "access runs on until 10 May 2027, 19:00 AEST" in text
    sandbox.live(16)
    subject, _ = post(sandbox, sink, "receipt")
    assert subject.startswith("Shield Year is renewed")


def test_failed_charge_and_expiry(sandbox: Sandbox, sink: Sink) -> None:
    """A failing card is named with its reason, the next try and the end of access; then the end is told."""
    sale = sold(sandbox)
    post(sandbox, sink, "receipt")
    sandbox.advance(days=344)
    sandbox.live(1)
    post(sandbox, sink, "renewal_coming")
    cancel.change_payment_method(
        sandbox.world, sale.bucket, sale.subscription_id, "pm_insufficient_funds", actor=Actor("customer", "x")
    )
    sandbox.live(7)
    _, text = post(sandbox, sink, "charge_failed")
    assert "not enough money" in text
    assert "We will try again on 29 April 2027" in text
    assert "keep your access until 10 May 2027, 19:00 AEST" in text
    sandbox.live(18)
    post(sandbox, sink, "subscription_expired")
    assert "did not go through" in sink.text()


@pytest.mark.requirement("R8", "R16")
def test_cancellation_and_keeping_it(sandbox: Sandbox, sink: Sink) -> None:
    """The letter says: no further charge, the end of access, nothing paid back, and the refund's last day and link."""
    sale = sold(sandbox)
    post(sandbox, sink, "receipt")
    sandbox.advance(days=3)
    cancel.cancel(sandbox.world, sale.bucket, sale.subscription_id, actor=Actor("customer", "x"), channel="account")
    subject, text = post(sandbox, sink, "cancellation_confirmed")
    assert subject == "Shield Year is canceled: access until 10 May 2027"
    assert "You will not be charged again: the charge planned for 26 April 2027 will not be made." in text
    assert "full access until 10 May 2027, 19:00 AEST" in text
    assert "Canceling pays nothing back" in text
    assert "until 9 June 2026" in text
    assert f"/account/orders/ord_{sale.bucket:03x}{sale.order.id.hex}/refund/" in text
    assert f'href="http://shop.test/account/orders/ord_{sale.bucket:03x}' in sink.html()
    cancel.undo(sandbox.world, sale.bucket, sale.subscription_id, actor=Actor("customer", "x"))
    subject, text = post(sandbox, sink, "cancellation_undone")
    assert subject == "Shield Year goes on"
    assert "Next charge: A$59.95" in text


@pytest.mark.requirement("R16", "R21")
def test_cancellation_after_early_billing(sandbox: Sandbox, sink: Sink) -> None:
    """With the next year paid, both ways are put into words: keep it, or ask for it back and end with this one."""
    sale = sold(sandbox)
    sandbox.advance(days=344)
    sandbox.live(11)
    preview = cancel.preview_cancellation(sandbox.world, sale.bucket, sale.subscription_id)
    assert isinstance(preview, CancellationOutcome)
    assert preview.early_billed_from is not None
    cancel.cancel(
        sandbox.world, sale.bucket, sale.subscription_id, actor=AGENT, channel="support", shown=preview.fingerprint
    )
    _, text = post(sandbox, sink, "cancellation_confirmed")
    assert "As you asked us to" in text
    assert "begins on 10 May 2027, 19:00 AEST, is paid for already" in text
    assert "access until 10 May 2028, 19:00 AEST" in text
    assert "your access ends on 10 May 2027, 19:00 AEST" in text
    assert "until 26 May 2027" in text


def ask(sale: Sale, **changed: Any) -> RefundRequest:
    """Ask for the money back, two days after the purchase."""
    sale.sandbox.advance(days=2)
    return sale.ask_refund(**changed)


@pytest.mark.requirement("R39")
def test_refund_to_the_account(sandbox: Sandbox, sink: Sink) -> None:
    """From received to credited: the promise is told as two dates, and the end of access with it."""
    sale = sold(sandbox)
    request = ask(sale)
    subject, text = post(sandbox, sink, "request_received")
    assert subject == f"We have received your refund request {request.number}"
    assert re.search(r"http://shop.test/requests/[\w.:-]+/", text)
    review.approve(sandbox.world, request.bucket, request.id, actor=AGENT)
    subject, text = post(sandbox, sink, "refund_initiated")
    assert subject == "Your refund of A$59.95 is on its way"
    assert "between 19 May 2026 and 21 May 2026" in text
    assert "The subscription has ended with this refund" in text
    sandbox.live(12)
    subject, text = post(sandbox, sink, "refund_credited")
    assert subject == "Your refund of A$59.95 has been credited"
    bank_reference = RefundRow.objects.get(bucket=sale.bucket).bank_reference
    assert f"Reference for your bank: {bank_reference}" in text


def test_the_end_after_a_refund_of_the_next_term(sandbox: Sandbox, sink: Sink) -> None:
    """Paid ahead, refunded and run out: the letter tells of the end of the term and not of a refund that ended it."""
    sale = sold(sandbox)
    sandbox.advance(days=344)
    sandbox.live(11)
    request = ask(sale)
    review.approve(sandbox.world, request.bucket, request.id, actor=AGENT)
    sandbox.live(20)
    _, text = post(sandbox, sink, "subscription_expired")
    assert "the term you had paid for is over, and the next one did not begin because its payment was refunded" in text
    assert "has ended, because its payment" not in text
    assert "Ended: 10 May 2027, 19:00 AEST" in text


def test_the_end_by_a_refund(sandbox: Sandbox, sink: Sink) -> None:
    """Where the refund itself took the running term, the letter says so."""
    request = ask(sold(sandbox))
    review.approve(sandbox.world, request.bucket, request.id, actor=AGENT)
    _, text = post(sandbox, sink, "subscription_expired")
    assert "has ended, because its payment was refunded" in text
    assert "did not begin" not in text


def test_a_dispute(sandbox: Sandbox, sink: Sink) -> None:
    """The customer is told what the bank asks, that nothing is charged meanwhile, and what it has decided."""
    sale = sold(sandbox)
    dispute = sandbox.dispute(sale)
    sandbox.work()
    _, text = post(sandbox, sink, "dispute_opened")
    assert "nothing is charged: the subscription does not renew" in text
    sandbox.decide(dispute, "won")
    sandbox.work()
    _, text = post(sandbox, sink, "dispute_decided")
    assert "the payment stands" in text
    assert "then it renews as before" in text


def test_refund_that_fails(sandbox: Sandbox, sink: Sink) -> None:
    """A refund that came back is told, and the transfer that follows is called one."""
    sale = sold(sandbox, "pm_refund_fails")
    request = ask(sale)
    review.approve(sandbox.world, request.bucket, request.id, actor=AGENT)
    sandbox.live(5)
    subject, text = post(sandbox, sink, "refund_failed")
    assert subject == "Your refund of A$59.95 did not arrive"
    assert "it came back" in text
    failed = sale.refund()
    pay_back.try_another_way(
        sandbox.world, sale.bucket, failed.id, actor=SUPERVISOR, way=RefundWay.BANK_TRANSFER, reference="TR-17"
    )
    _, text = post(sandbox, sink, "refund_initiated")
    assert "by bank transfer" in text


@pytest.mark.requirement("R36")
def test_denial(sandbox: Sandbox, sink: Sink) -> None:
    """A denial names the rule, the dates it used and where to object."""
    sale = sold(sandbox)
    sandbox.advance(days=40)
    request = sale.ask_refund()
    review.decline(sandbox.world, request.bucket, request.id, actor=AGENT, note="We are sorry.\nSam")
    _, text = post(sandbox, sink, "request_declined")
    assert "The request came on day 40 (19 June 2026); the last day was 9 June 2026, counted from 10 May 2026" in text
    assert "OUTSIDE-WINDOW" in text
    assert "We are sorry." in text
    assert "/cancellations-and-refunds/" in text
    assert "Another look" in text


def test_denial_refers_to_another_store(sandbox: Sandbox, sink: Sink) -> None:
    """A payment taken elsewhere is answered with where to ask."""
    sale = sandbox.sell(channel="app_store")
    request = sale.ask_refund()
    review.decline(sandbox.world, request.bucket, request.id, actor=AGENT)
    _, text = post(sandbox, sink, "request_declined")
    assert "taken by another store (app store)" in text


@pytest.mark.requirement("R35")
def test_question(sandbox: Sandbox, sink: Sink) -> None:
    """A specialist's question arrives as it was written, however it was written."""
    sale = sold(sandbox)
    request = ask(sale)
    review.ask(
        sandbox.world, request.bucket, request.id, "Is it <b>this</b> one?\n\nhttp://a.test/?x=1&y=2", actor=AGENT
    )
    _, text = post(sandbox, sink, "information_needed")
    assert "Is it <b>this</b> one?" in text
    assert "Your request is not declined" in text
    assert "&lt;b&gt;this&lt;/b&gt;" in sink.html()
    assert "<b>this</b>" not in sink.html()


def test_what_differs_is_told_to_the_verified_address_only(sandbox: Sandbox, sink: Sink) -> None:
    """Which fact differs is for the person who has proven to own the address."""
    sale = sold(sandbox)
    sale.ask_refund(name="Somebody Else")
    _, text = post(sandbox, sink, "information_needed")
    assert "the name on the order" not in text
    customer = sale.customer
    sandbox.agent(customer.email, role="customer", bucket=customer.bucket, customer_id=customer.id)
    other = sandbox.sell(customer, plan="vault-year")
    other.ask_refund(name="Somebody Else")
    _, text = post(sandbox, sink, "information_needed")
    assert "please look again at the name on the order: what you wrote differs" in text


def test_a_hostile_name_stays_text(sandbox: Sandbox, sink: Sink) -> None:
    """Line breaks and markup in the vendor's and the plan's names neither reach a header nor become markup."""
    Company.objects.create(
        name="Evil\r\nBcc: all@example.org", sender_email="shop@example.org", support_email="help@example.org"
    )
    sold(sandbox)
    Plan.objects.update(name="<script>alert(1)</script>\nBcc: x@example.org")
    subject, _ = post(sandbox, sink, "receipt")
    mail = sink.mails[-1]
    assert mail["Bcc"] is None
    assert mail["From"] == '"Evil Bcc: all@example.org" <shop@example.org>'
    assert mail["Reply-To"] == "help@example.org"
    assert subject.startswith("Receipt for <script>alert(1)</script> Bcc: x@example.org")
    assert "<script" not in sink.html()


def test_there_is_a_letter_for_every_kind() -> None:
    """Every kind of mail that decisions ask for has its letter, and the tests here send each."""
    import ast
    from pathlib import Path

    source = Path(__file__).parents[2] / "src" / "goodterms"
    asked = set()
    for path in [*source.glob("domain/*.py"), source / "storage" / "inquiries.py"]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "message":
                assert isinstance(node.args[0], ast.Constant)
                asked.add(node.args[0].value)
    assert asked
    assert asked <= set(KINDS)
    sent = set(re.findall(r'post\(sandbox, sink, "(\w+)"\)', Path(__file__).read_text()))
    assert asked == sent


@pytest.mark.requirement("R35")
def test_case_and_inquiry_look_the_same_to_a_stranger(sandbox: Sandbox, sink: Sink) -> None:
    """By the public form, letters about an order that exists and about one that does not differ in nothing."""
    from goodterms.usecases.request_refund import submit_claim

    sale = sold(sandbox)
    form = Actor("customer", "public form")
    told = sale.facts_told(name="Somebody Else")
    wrong = Claimed("0001-AAAA-AAAA", told.email, told.name, told.purchase_on)
    while deliver_mail(sandbox.world):
        pass
    letters = []
    for claimed in (told, wrong):
        first = len(sink.mails)
        submit_claim(sandbox.world, claimed, actor=form, channel="public_form")
        while deliver_mail(sandbox.world):
            pass
        letters.append(sorted(_stripped(sink, i) for i in range(first, len(sink.mails))))
        sandbox.advance(hours=0)
    assert Inquiry.objects.count() == 1
    assert len(letters[0]) == 2
    assert letters[0] == letters[1]


def _stripped(sink: Sink, index: int) -> tuple[str, ...]:
    """A letter without what differs from one request to the next: its number, its signed link and its ids."""
    mail = sink.mails[index]
    hide = re.compile(r"R-\d{4}-\w{4}-\w{4}|/requests/[^/]+/|requests/\S+")
    headers = sorted(f"{k}: {v}" for k, v in mail.items() if k not in ("Message-ID", "Content-Type", "Date"))
    return tuple(hide.sub("~", part) for part in ("\n".join(headers), sink.text(index), sink.html(index)))
