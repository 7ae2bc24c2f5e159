"""Load through forms: people who buy, cancel, keep, ask for money back and approve, while everything breaks.

What the website has confirmed to somebody is written down: it must be true afterwards.
"""

from __future__ import annotations

import math
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser

import httpx

from tests.crashes.founding import AGENTS, PLANS

_SUBSCRIPTION = re.compile(r"/account/subscriptions/(sub_[a-z0-9]+)/")
_ORDER = re.compile(r"/account/orders/(ord_[a-z0-9]+)/refund/")
_REQUEST = re.compile(r"/requests/(req_[a-z0-9]+)/")
_DESK_REQUEST = re.compile(r"/desk/requests/(req_[a-z0-9]+)/")
_CHARGE = re.compile(r'value="(ch_\d+)"')
_CARDS = ("pm_ok", "pm_ok", "pm_refund_instant", "pm_answer_lost", "pm_declined", "pm_insufficient_funds_2")
SECONDS = 15
#: A request that nobody waits for any more may still be worked on for so many seconds.
LINGERS = 2 * SECONDS


class _Forms(HTMLParser):
    """The forms of a page: where each goes, and what a browser would send of it untouched."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note forms, fields and chosen options."""
        about = dict(attrs)
        name, value = about.get("name") or "", about.get("value") or ""
        if tag == "form":
            self.found.append((about.get("action") or "", {}))
        elif not self.found:
            return
        elif tag == "input" and name:
            if about.get("type") not in ("radio", "checkbox", "submit") or "checked" in about:
                self.found[-1][1][name] = value
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in about or self._select not in self.found[-1][1]):
            self.found[-1][1][self._select] = value


def form_of(page: httpx.Response, ending: str = "") -> tuple[str, dict[str, str]] | None:
    """Where the first form that posts to an address with this ending goes, and its fields; None: there is none."""
    parser = _Forms()
    parser.feed(page.text)
    here = page.url.path
    for action, fields in parser.found:
        if "csrfmiddlewaretoken" in fields and (action or here).endswith(ending):
            return action or here, fields
    return None


@dataclass
class Change:
    """Somebody cancels or keeps a subscription: when it began and ended, and whether the website has confirmed it.

    Both in seconds of one clock. It may come to be also where it was not confirmed, and a while after.
    """

    what: str
    of: str
    began: float
    ended: float = math.inf
    confirmed: bool = False

    def settles(self, other: Change) -> bool:
        """Whether another change can not have come after this one."""
        return other.what == self.what or other.of != self.of or other.ended + LINGERS < self.began


class Told:
    """What visitors met: how often which act had which end, and what they were promised. Shared by their threads."""

    def __init__(self) -> None:
        self.acts: Counter[str] = Counter()
        self.promises: set[tuple[str, str]] = set()
        self.changes: list[Change] = []
        self._lock = threading.Lock()

    def act(self, name: str) -> None:
        """Count one."""
        with self._lock:
            self.acts[name] += 1

    def promise(self, what: str, of: str) -> None:
        """The website has said so."""
        with self._lock:
            self.promises.add((what, of))

    @contextmanager
    def changing(self, what: str, of: str) -> Iterator[Change]:
        """A change of a subscription, from its request to its answer; a promise if it is confirmed."""
        change = Change(what, of, time.monotonic())
        with self._lock:
            self.changes.append(change)
        try:
            yield change
        finally:
            change.ended = time.monotonic()
            if change.confirmed:
                self.promise(what, of)

    @property
    def lasting(self) -> set[tuple[str, str]]:
        """Changes that were confirmed, and that nobody can have changed again."""
        confirmed = [change for change in self.changes if change.confirmed]
        return {(c.what, c.of) for c in confirmed if all(map(c.settles, self.changes))}


class Visitor(threading.Thread):
    """Somebody who does one thing after the other, as somebody else each time, until told to stop."""

    def __init__(self, url: str, addresses: Sequence[str], bank: Callable[[], str], seed: int, told: Told) -> None:
        super().__init__(name=f"visitor {seed}", daemon=True)
        self._url, self._addresses, self._bank = url, addresses, bank
        self._chance, self.told = random.Random(seed), told
        self._people: dict[str, httpx.Client] = {}
        self.ending, self.may_go = threading.Event(), threading.Event()
        self.resting = threading.Event()
        self.may_go.set()

    def run(self) -> None:
        """Act until told to end, resting while told to."""
        acts = (
            [self._cancel] * 4 + [self._keep] * 3 + [self._ask] * 5 + [self._decide] * 6 + [self._buy] * 4
            + [self._pay_otherwise] * 2 + [self._refund_at_the_bank]
        )  # fmt: skip
        while not self.ending.is_set():
            if not self.may_go.is_set():
                self.resting.set()
                self.may_go.wait(1)
                continue
            self.resting.clear()
            act = self._chance.choice(acts)
            name = act.__name__.strip("_")
            try:
                done = act()
            except httpx.HTTPError as broken:
                done = type(broken).__name__
                self.ending.wait(0.2)
            self.told.act(f"{name}: {done}")
        for person in self._people.values():
            person.close()

    # --- as somebody -------------------------------------------------------------------------

    def _person(self, email: str) -> httpx.Client | None:
        """A browser in which this person is signed in; None where that did not work now."""
        if email in self._people:
            return self._people[email]
        browser = httpx.Client(base_url=self._url, timeout=SECONDS, trust_env=False)
        form = form_of(browser.get("/demo/"), "/demo/sign-in/")
        sent = self._send(browser, form, email=email) if form else None
        if sent is not None and sent.status_code == 302:
            self._people[email] = browser
            return browser
        self.told.act(f"sign in: answered {sent.status_code if sent else 'without a form'}")
        browser.close()
        return None

    def _leave(self, email: str) -> None:
        """A session is over after a while: whoever comes next signs in again."""
        self.told.act("sign in: needed again")
        self._people.pop(email).close()

    def _send(self, browser: httpx.Client, form: tuple[str, dict[str, str]], **changed: str) -> httpx.Response:
        """Send a form as a browser does, and do not follow where it leads."""
        path, fields = form
        return browser.post(path, data={**fields, **changed}, headers={"Origin": self._url})

    def _twice(self, browser: httpx.Client, form: tuple[str, dict[str, str]], **changed: str) -> httpx.Response:
        """Send a form; one time in four somebody clicks twice, and the second click is on its own connection."""
        if self._chance.random() < 0.75:
            return self._send(browser, form, **changed)
        path, fields = form
        body, origin = {**fields, **changed}, {"Origin": self._url}
        cookies = dict(browser.cookies)

        def again() -> None:
            try:
                httpx.post(
                    self._url + path, data=body, headers=origin, cookies=cookies, timeout=SECONDS, trust_env=False
                )
            except httpx.HTTPError:
                self.told.act("second click: broken")

        second = threading.Thread(target=again)
        second.start()
        try:
            return self._send(browser, form, **changed)
        finally:
            second.join()
            self.told.act("second click: sent")

    def _customer(self) -> tuple[httpx.Client, str] | None:
        """Somebody's browser and account page."""
        email = self._chance.choice(self._addresses)
        browser = self._person(email)
        if browser is None:
            return None
        account = browser.get("/account/")
        if account.status_code == 302:
            self._leave(email)
        return (browser, account.text) if account.status_code == 200 else None

    def _one_of(self, pattern: re.Pattern[str], text: str) -> str | None:
        found = sorted(set(pattern.findall(text)))
        return self._chance.choice(found) if found else None

    # --- acts: each says how it ended --------------------------------------------------------

    def _confirmed(self, browser: httpx.Client, sent: httpx.Response, words: str) -> bool:
        """Whether the page that a form led to says so; a refusal leads there too."""
        return sent.status_code == 302 and words in browser.get(sent.headers["location"]).text

    def _on_subscription(self, ending: str, words: str, **changed: str) -> str:
        someone = self._customer()
        sub = self._one_of(_SUBSCRIPTION, someone[1]) if someone else None
        if someone is None or sub is None:
            return "nothing to do"
        page = someone[0].get(f"/account/subscriptions/{sub}/{ending}")
        form = form_of(page, f"/{ending}") if page.status_code == 200 else None
        if form is None:
            return f"not offered ({page.status_code})"
        with self.told.changing(ending.strip("/"), sub) as change:
            sent = self._twice(someone[0], form, **changed)
            change.confirmed = self._confirmed(someone[0], sent, words)
        return "done" if change.confirmed else f"answered {sent.status_code}"

    def _cancel(self) -> str:
        return self._on_subscription("cancel/", "Your subscription is canceled", outcome="keep")

    def _keep(self) -> str:
        return self._on_subscription("keep/", "Your subscription goes on")

    def _pay_otherwise(self) -> str:
        someone = self._customer()
        sub = self._one_of(_SUBSCRIPTION, someone[1]) if someone else None
        if someone is None or sub is None:
            return "nothing to do"
        form = form_of(someone[0].get(f"/account/subscriptions/{sub}/"), "/payment/")
        if form is None:
            return "not offered"
        return f"answered {self._send(someone[0], form, card=self._chance.choice(_CARDS)).status_code}"

    def _ask(self) -> str:
        someone = self._customer()
        order = self._one_of(_ORDER, someone[1]) if someone else None
        if someone is None or order is None:
            return "nothing to do"
        page = someone[0].get(f"/account/orders/{order}/refund/")
        form = form_of(page, "/refund/") if page.status_code == 200 else None
        if form is None:
            return f"not offered ({page.status_code})"
        sent = self._twice(someone[0], form)
        request = _REQUEST.search(sent.headers.get("location", ""))
        if sent.status_code == 302 and request:
            self.told.promise("ask", request[1])
            return "done"
        return f"answered {sent.status_code}"

    def _buy(self) -> str:
        someone = self._customer()
        if someone is None:
            return "nothing to do"
        plan = self._chance.choice(PLANS)[0]
        form = form_of(someone[0].get(f"/buy/{plan}/AUD/"), "/AUD/")
        if form is None:
            return "not offered"
        sent = self._twice(someone[0], form, card=self._chance.choice(_CARDS))
        bought = _SUBSCRIPTION.search(sent.headers.get("location", ""))
        if sent.status_code == 302 and bought:
            self.told.promise("buy", bought[1])
            return "done"
        return f"answered {sent.status_code}"

    def _decide(self) -> str:
        email = self._chance.choice(AGENTS)[0]
        agent = self._person(email)
        if agent is None:
            return "not signed in"
        queue = agent.get("/desk/")
        if queue.status_code == 302:
            self._leave(email)
            return "not signed in"
        request = self._one_of(_DESK_REQUEST, queue.text)
        if request is None:
            return "nothing to do"
        kind = "decline" if self._chance.random() < 0.1 else "approve"
        form = form_of(agent.get(f"/desk/requests/{request}/{kind}/"), f"/{kind}/")
        if form is None:
            return f"{kind} not offered"
        sent = self._twice(agent, form, **({"text": "Not today."} if kind == "decline" else {}))
        if self._confirmed(agent, sent, "Approved. The refund" if kind == "approve" else "The request is declined"):
            self.told.promise(kind, request)
            return f"{kind} done"
        return f"{kind} answered {sent.status_code}"

    def _refund_at_the_bank(self) -> str:
        """Somebody at the vendor pays back in the bank's own dashboard, behind the program's back."""
        url = self._bank()
        page = httpx.get(f"{url}/dashboard", timeout=SECONDS, trust_env=False)
        charge = self._one_of(_CHARGE, page.text)
        if charge is None:
            return "nothing to do"
        body = {"charge": charge, "amount_minor": self._chance.randint(1, 300), "currency": "AUD"}
        sent = httpx.post(f"{url}/dashboard/refunds", json=body, timeout=SECONDS, trust_env=False)
        return f"answered {sent.status_code}"
