"""The demo from its first start to its last process: everything a visitor does, on the real thing."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.test import Client

from goodterms.usecases.demo.cast import ROLES
from goodterms.usecases.demo.shop import COLLEAGUES, SPECIALIST
from tests.support.demo import PROGRAM, Demo, alive, post, running_demo


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    """One demo for the tests that leave it running."""
    with running_demo(customers=25) as demo:
        yield demo


def test_the_story_ends_with_the_ready_line(demo: Demo) -> None:
    """Whoever starts it is told where to look; the last line is for scripts, and the page answers."""
    assert re.fullmatch(r"ready http://localhost:\d+/\n", demo.lines[-1])
    assert any(f"{demo.url}demo/clock/" in line for line in demo.lines)
    with demo.client() as visitor:
        assert visitor.get("/").status_code == 200
        assert "Sign in as Ava Lindqvist" in visitor.get("/demo/").text


def test_other_commands_reach_its_bank(demo: Demo) -> None:
    """The bank's address and key stand among its books, for whoever asks beside the demo."""
    bank = demo.place / "bank"
    told = {
        "GOODTERMS_BANK_URL": (bank / "url").read_text().strip(),
        "GOODTERMS_BANK_KEY": (bank / "api-key").read_text().strip(),
    }
    env = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "GOODTERMS_"))}
    done = subprocess.run(
        [PROGRAM, "--data", str(demo.place), "reconcile"], env={**env, **told}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("bank, ")
    assert "  matched " in done.stdout


@pytest.mark.parametrize("key", ROLES)
def test_everybody_of_the_cast_is_a_click_away(demo: Demo, key: str) -> None:
    """A click signs in as a customer, who sees the account."""
    with demo.client() as visitor:
        page = post(visitor, "/demo/", "/demo/sign-in/", email=ROLES[key].email)
        assert (page.status_code, page.url.path) == (200, "/account/")
        assert ROLES[key].email in page.text
        assert "Harborline" in page.text


@pytest.mark.parametrize("colleague", COLLEAGUES, ids=lambda one: one.role)
def test_the_desk_is_a_click_away(demo: Demo, colleague: object) -> None:
    """A click signs in as somebody of the desk."""
    with demo.client() as visitor:
        page = post(visitor, "/demo/", "/demo/sign-in/", email=getattr(colleague, "email", ""))
        assert (page.status_code, page.url.path) == (200, "/desk/")


def test_strangers_are_told(demo: Demo) -> None:
    """An address that nobody has signs nobody in."""
    with demo.client() as visitor:
        page = post(visitor, "/demo/", "/demo/sign-in/", email="nobody@example.com")
        assert (page.status_code, "Nobody here has this address" in page.text) == (422, True)


STATES = {
    "ava": "Active", "dana": "Payment due", "elias": "Ends on", "farah": "Ended on",
    "hiro": "for the next term is under way",
    "jonas": "Received", "kaya": "In review", "liam": "Needs information", "mira": "Received", "noah": "Declined",
    "olivia": "Approved", "pablo": "Ends on", "quinn": "Approved",
}  # fmt: skip


@pytest.mark.parametrize(("key", "words"), STATES.items())
def test_the_cast_is_in_its_states(demo: Demo, key: str, words: str) -> None:
    """What the overview promises is what the account shows."""
    with demo.client() as visitor:
        page = post(visitor, "/demo/", "/demo/sign-in/", email=ROLES[key].email)
        assert words in page.text


def test_it_has_no_door(demo: Demo) -> None:
    """Nobody is asked for a key here, as in a sandbox: whoever reaches a demo may be anybody in it."""
    with demo.client() as client:
        assert client.get("/demo/enter/").status_code == 404
        assert client.get("/demo/clock/").status_code == 200


def test_mails_can_be_read(demo: Demo) -> None:
    """A letter is shown in a frame that may bring its own styles and nothing else; a sign-in code arrives too."""
    with demo.client() as visitor:
        listed = visitor.get("/demo/inbox/?to=noah").text
        found = re.search(r"/demo/inbox/\d+/[0-9a-f-]{36}/", listed)
        assert found is not None
        assert "noah@example.com" in visitor.get(found[0]).text
        letter = visitor.get(f"{found[0]}letter")
        policy = letter.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert "unsafe-inline" not in visitor.get("/demo/").headers["Content-Security-Policy"]
        post(visitor, "/auth/login/code/", email="ben@example.com")
        arrived = visitor.get("/demo/inbox/?to=ben@example.com").text
        assert re.search(r"<summary>Harborline: Your sign-in code</summary>", arrived)
        clock = re.search(r'<time datetime="(\d{4}-\d\d-\d\d)', visitor.get("/demo/clock/").text)
        sent = re.search(r'</details>.*?<time datetime="(\d{4}-\d\d-\d\d)', arrived, re.DOTALL)
        assert clock is not None
        assert sent is not None
        assert sent[1] == clock[1]  # the demo's day, not the machine's


def test_a_refund_made_at_the_bank_arrives(demo: Demo) -> None:
    """What somebody refunds in the bank's dashboard ends up in the books of the company by itself."""
    with demo.client() as visitor:
        page = visitor.get("/demo/bank/").text
        charge, amount, currency = re.findall(r"charge=(ch_\d+)&amp;amount=([\d.]+)&amp;currency=([A-Z]{3})", page)[0]
        wrong = post(visitor, "/demo/bank/", charge=charge, amount="99999", currency=currency)
        assert (wrong.status_code, "can still be refunded" in wrong.text) == (422, True)
        done = post(visitor, "/demo/bank/", charge=charge, amount=amount, currency=currency)
        assert "made at the bank" in done.text
        post(visitor, "/demo/", "/demo/sign-in/", email=SPECIALIST.email)
        post(visitor, "/demo/clock/", step="day")
        assert visitor.get("/desk/refunds/").status_code == 200


def test_time_passes_day_by_day(demo: Demo) -> None:
    """In two weeks renewals are charged on their own days, and what happened is told by day."""
    with demo.client() as visitor:
        before = _now(visitor.get("/demo/clock/").text)
        page = post(visitor, "/demo/clock/", step="fortnight")
        while "Not there yet" in page.text:
            again = re.search(r'name="step" value="([^"]+)">Go on', page.text)
            assert again is not None
            page = post(visitor, "/demo/clock/", step=again[1])
        assert _now(page.text)[:10] != before[:10]
        assert page.text.count("was charged for the next term") > 2
        assert len(re.findall(r"<h3>\w+day, \d+ \w+ \d{4}</h3>", page.text)) > 4
        nearer = post(visitor, "/demo/clock/", step="next")
        assert re.search(r'class="happened"', nearer.text)


def _now(page: str) -> str:
    found = re.search(r'<p class="clock-face"><time datetime="([^"]+)"', page)
    assert found is not None
    return found[1]


def test_a_directory_has_one_demo(demo: Demo) -> None:
    """A second start on a running demo's directory is refused."""
    command = [PROGRAM, "demo", "--port", "0", "--data", str(demo.place)]
    second = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (second.returncode, "another demo runs" in second.stderr) == (1, True)


@pytest.mark.django_db
def test_outside_of_a_demo_there_is_no_such_page() -> None:
    """One-click sign-in does not exist in a live installation."""
    for path in ("/demo/", "/demo/sign-in/", "/demo/clock/", "/demo/inbox/", "/demo/bank/"):
        assert Client().get(path).status_code == 404
        assert Client().post(path).status_code == 404


def test_it_stops_at_once_and_goes_on_where_it_stopped(demo: Demo) -> None:
    """SIGTERM leaves no process behind; another start finds the same people and clock; SIGKILL leaves none either."""
    with demo.client() as visitor:
        then, page = _now(visitor.get("/demo/clock/").text), visitor.get("/demo/bank/").text
    family = demo.family()
    assert len(family) >= 6  # itself, bank, website with a worker of its own, worker, database
    started = time.monotonic()
    demo.stop()
    assert not alive(family)
    assert time.monotonic() - started < 10
    with again_on(demo.place) as again:
        assert not any("Building" in line for line in again.lines)
        with again.client() as visitor:
            assert _now(visitor.get("/demo/clock/").text) >= then
            assert re.findall(r"ch_\d+", visitor.get("/demo/bank/").text)[0] >= re.findall(r"ch_\d+", page)[0]
        family = again.family()
        again.stop(signal.SIGKILL)
        deadline = time.monotonic() + 15
        while alive(family) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not alive(family)


@contextmanager
def again_on(place: Path) -> Iterator[Demo]:
    """Another start on the same directory."""
    again = Demo(place, customers=3)
    try:
        yield again
    finally:
        again.stop()
