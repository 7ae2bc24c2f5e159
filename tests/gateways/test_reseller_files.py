"""Files between us and the reseller: whole ones count once, broken ones lie in quarantine with the reason."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from goodterms.gateways.protocol import Outcome
from goodterms.gateways.reseller.files import instant_text, render
from goodterms.gateways.reseller.journal import read_whole
from goodterms.gateways.reseller.rows import INCOMING, OUTGOING
from goodterms.gateways.selling import RenewalIntent
from tests.gateways.contract_world import refund_intent
from tests.gateways.reseller_world import MONDAY, ResellerWorld

ROW = {
    "event": "X1", "at": "2026-03-02T10:00:00Z", "order": "RS-9", "agreement": "AG-9", "outcome": "paid",
    "amount_minor": "5995", "tax_minor": "545", "currency": "AUD", "starts_at": "2026-03-16T10:00:00Z",
    "ends_at": "2027-03-16T10:00:00Z", "code": "", "tries_again": "no",
}  # fmt: skip


@pytest.fixture
def world(tmp_path: Path) -> Iterator[ResellerWorld]:
    """A folder with a shop of its own."""
    world = ResellerWorld(tmp_path)
    yield world
    world.close()


def renewals(number: int = 1, **changed: str) -> bytes:
    """A feed with one renewal."""
    return render("renewals", number, MONDAY, INCOMING["renewals"], [{**ROW, **changed}])


def put(world: ResellerWorld, data: bytes, name: str = "renewals-000001.csv") -> None:
    """A file of the reseller's lies ready."""
    (world.folder / "in" / name).write_bytes(data)


def resummed(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """A file whose content was changed by somebody who can count."""
    body = change(data[: data.rindex(b"#end")])
    return body + f"#end,{body.count(b'X')},{hashlib.sha256(body).hexdigest()}\n".encode()


BROKEN: dict[str, tuple[bytes, str]] = {
    "checksum": (renewals().replace(b"5995", b"5996"), "checksum"),
    "count": (renewals().replace(b"#end,1,", b"#end,2,"), "it has 1 rows, its last line says 2"),
    "not-text": (resummed(renewals(), lambda body: body.replace(b"AUD", b"\xff\xfe\xff")), "not UTF-8"),
    "columns": (resummed(renewals(), lambda body: body.replace(b"order,", b"odor,")), "columns"),
    "values": (resummed(renewals(), lambda body: body.replace(b",paid", b",paid,")), "row 1 has 13 values"),
    "version": (resummed(renewals(), lambda body: body.replace(b",1,0", b",2,0")), "version"),
    "kind": (resummed(renewals(), lambda body: body.replace(b"#renewals", b"#tidings")), "kind that is not known"),
    "name": (renewals(number=2), "its name"),
    "negative": (renewals(amount_minor="-5995"), "row 1: amount_minor has the wrong sign"),
    "nothing": (renewals(amount_minor="0", tax_minor="0"), "wrong sign, or is nothing"),
    "fraction": (renewals(amount_minor="59.95"), "amount_minor is not a whole number"),
    "currency": (renewals(currency="aud"), "currency is not a code"),
    "zone": (renewals(at="2026-03-02T10:00:00+01:00"), "at is not an instant in UTC"),
    "term": (renewals(ends_at="2026-03-16T10:00:00Z"), "the term ends before it begins"),
    "tax": (renewals(tax_minor="6000"), "tax_minor is not a part"),
    "word": (renewals(outcome="perhaps"), "outcome is none of"),
    "code": (renewals(outcome="failed", code="moon_phase"), "code is not one that is agreed on"),
    "no-code": (renewals(outcome="failed"), "needs a code"),
    "id": (renewals(agreement="../../etc"), "agreement is not a name"),
    "twice": (render("renewals", 1, MONDAY, INCOMING["renewals"], [ROW, ROW]), "row 2: its event is in the file"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_quarantined_as_a_whole(world: ResellerWorld, case: str) -> None:
    """Whatever is wrong, nothing of the file counts; it lies in quarantine with the reason."""
    data, why = BROKEN[case]
    put(world, data)
    taken = world.gateway.take_files()
    assert [why in one.reason for one in taken.refused] == [True], taken.refused
    assert world.gateway.movements(after=None) == []
    assert list((world.folder / "in").iterdir()) == []
    assert (world.folder / "quarantine" / taken.refused[0].name).read_bytes() == data


def test_a_good_file_counts(world: ResellerWorld) -> None:
    """The file that the broken ones are made of is taken in."""
    put(world, renewals())
    assert world.gateway.take_files().refused == ()
    (line,) = world.gateway.movements(after=None)
    assert (line.gateway_ref, line.outcome) == ("RS-9", Outcome.SUCCEEDED)


def test_a_file_that_is_still_being_written_is_waited_for(world: ResellerWorld) -> None:
    """Without its last line it is left alone while it grows, taken when it is whole, and quarantined when it stops."""
    whole = renewals()
    put(world, whole[:50])
    assert world.gateway.take_files().refused == ()
    put(world, whole[:90])
    world.advance(timedelta(minutes=3))
    assert world.gateway.take_files().refused == ()
    put(world, whole)
    assert len(world.gateway.movements(after=None)) == 1
    put(world, renewals(number=2)[:90], "renewals-000002.csv")
    world.gateway.take_files()
    world.advance(timedelta(minutes=2))
    assert [one.reason for one in world.gateway.take_files().refused] == ["it is cut off: its last line is missing"]


def test_a_name_with_a_dot_is_not_looked_at(world: ResellerWorld) -> None:
    """What is being written under another name is nobody's business."""
    put(world, b"nonsense", ".renewals-000001.csv.part")
    world.advance(timedelta(days=1))
    assert world.gateway.take_files().refused == ()


def test_the_same_again_changes_nothing(world: ResellerWorld) -> None:
    """The same file, and the same rows in another file, count once."""
    put(world, renewals())
    world.gateway.take_files()
    put(world, renewals())
    both = render("renewals", 2, MONDAY, INCOMING["renewals"], [ROW, {**ROW, "event": "X2", "order": "RS-10"}])
    put(world, both, "renewals-000002.csv")
    world.gateway.take_files()
    assert [line.gateway_ref for line in world.gateway.movements(after=None)] == ["RS-9", "RS-10"]
    assert list((world.folder / "in").iterdir()) == []


def test_what_was_told_otherwise_is_not_believed(world: ResellerWorld) -> None:
    """An event that is told anew with another amount: the file is quarantined, and the first telling stands."""
    put(world, renewals())
    world.gateway.take_files()
    put(world, renewals(number=2, amount_minor="5000"), "renewals-000002.csv")
    refused = world.gateway.take_files().refused
    assert [one.reason for one in refused] == ["row 1: its event was told otherwise before"]
    assert [line.amount.minor for line in world.gateway.movements(after=None)] == [5995]


def test_a_whole_file_heals_a_broken_one(world: ResellerWorld) -> None:
    """When a good file of the name has come, the broken one is shown no more."""
    put(world, renewals().replace(b"5995", b"5996"))
    assert world.gateway.take_files().refused
    put(world, renewals())
    assert world.gateway.take_files().refused == ()
    assert len(world.gateway.movements(after=None)) == 1


def test_a_quarantined_file_can_be_judged_again(world: ResellerWorld) -> None:
    """It goes back to where it came from, and into quarantine again while it is no better."""
    put(world, renewals().replace(b"5995", b"5996"))
    (one,) = world.gateway.take_files().refused
    assert world.gateway.take_again(one.name)
    assert (world.folder / "in" / "renewals-000001.csv").exists()
    assert [again.name for again in world.gateway.take_files().refused] == [one.name]
    assert not world.gateway.take_again("../lock")


def test_order_of_writing_not_of_names(world: ResellerWorld) -> None:
    """Of several files that lie ready, the one that was written first is taken first."""
    later = render("renewals", 1, MONDAY + timedelta(days=1), INCOMING["renewals"], [ROW])
    put(world, later)
    earlier = render("renewals", 2, MONDAY, INCOMING["renewals"], [{**ROW, "event": "X0", "order": "RS-8"}])
    put(world, earlier, "renewals-000002.csv")
    assert [line.gateway_ref for line in world.gateway.movements(after=None)] == ["RS-8", "RS-9"]


def test_another_process_sees_the_same(world: ResellerWorld) -> None:
    """Two processes over one folder: what one takes in, the other reads; cursors are the same."""
    other = world.connect()
    sold = world.sell()
    mine = world.gateway.movements(after=None)
    assert other.movements(after=None) == mine
    intent = RenewalIntent("stop-1", sold.agreement, "stop", 1)
    other.instruct(intent)
    world.hears()
    assert world.gateway.find_instruction(key="stop-1", agreement=sold.agreement).outcome is Outcome.SUCCEEDED
    assert world.connect().movements(after=None)[: len(mine)] == mine


def test_what_is_missing_is_asked_for(world: ResellerWorld) -> None:
    """A number that was passed over is asked for after an hour, once a day, and the answer to it comes late."""
    world.shop.faults.files.append(("orders", "drop"))
    lost = world.sell()
    world.sell()
    world.gateway.take_files()
    world.advance(timedelta(minutes=30))
    world.gateway.take_files()
    assert list((world.folder / "out").glob("resend-*")) == []
    world.advance(timedelta(minutes=40))
    world.gateway.take_files()
    assert [path.name for path in (world.folder / "out").glob("resend-*")] == ["resend-orders-000001.csv"]
    world.hears()
    assert lost.order in [line.gateway_ref for line in world.gateway.movements(after=None)]
    world.gateway.take_files()
    assert list((world.folder / "sent").iterdir()) == []


def test_a_lost_instruction_is_put_out_again_under_its_key(world: ResellerWorld) -> None:
    """It is never on the way twice at once; the shop acts on it once."""
    sold = world.sell()
    intent = refund_intent(sold.order)
    world.lose_next_request()
    assert world.gateway.refund(intent).code == "instructed"
    world.hears()
    found = world.gateway.find_refund(key=intent.key, reference=intent.reference)
    assert (found.outcome, found.not_found) == (Outcome.UNKNOWN, False)
    world.advance(timedelta(days=1))
    world.gateway.take_files()
    world.hears()
    assert world.gateway.find_refund(key=intent.key, reference=intent.reference).outcome is Outcome.PENDING
    assert len(world.shop.books.rows("SELECT * FROM refunds")) == 1


def test_a_lost_answer_is_said_again(world: ResellerWorld) -> None:
    """The shop acted and its status is lost: told again, it says again what came of it, and acts no second time."""
    sold = world.sell()
    world.shop.faults.files += [("status", "drop"), ("refunds", "drop")]
    intent = refund_intent(sold.order)
    world.gateway.refund(intent)
    world.hears()
    for _ in range(3):
        world.advance(timedelta(days=1))
        world.gateway.take_files()
    world.hears()
    assert world.gateway.find_refund(key=intent.key, reference=intent.reference).outcome is Outcome.SUCCEEDED
    assert world.shop.books.rows("SELECT refunded_minor FROM orders") == [{"refunded_minor": 5995}]


def test_what_we_write(world: ResellerWorld) -> None:
    """An instruction is a file of its own, whole under its name, in the documented form."""
    sold = world.sell()
    intent = refund_intent(sold.order)
    world.gateway.refund(intent)
    (path,) = (world.folder / "out").iterdir()
    lines = path.read_text().splitlines()
    assert path.name == f"instruction-{intent.key}.csv"
    assert lines[0] == f"#instruction,1,000001,{instant_text(world.now())}"
    assert lines[1] == ",".join(OUTGOING["instruction"])
    assert lines[2] == f"{intent.key},refund,,,{intent.reference},{sold.order},-5995,AUD"
    assert lines[3].startswith("#end,1,")


def test_the_file_in_the_documentation_is_one() -> None:
    """What stands in `docs/gateways.md` can be taken in as it stands, and its columns are those of the code."""
    page = (Path(__file__).parents[2] / "docs" / "gateways.md").read_text()
    block = page.split("```text\n#renewals", 1)[1].split("```", 1)[0]
    whole = read_whole(f"#renewals{block}".encode())
    assert (whole.written.kind, whole.written.number, len(whole.events)) == ("renewals", 42, 1)
    for kind, columns in INCOMING.items():
        (line,) = [line for line in page.splitlines() if line.startswith(f"| `{kind}` |")]
        words = re.findall(r"[a-z_]+", line)
        assert [name for name in columns if name not in (*words, "event", "at")] == []
