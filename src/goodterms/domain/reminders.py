"""When a renewal is announced: the policy's own day, and the fewest further days that satisfy every law's window.

A law may want a renewal announced in a stretch of time before the term ends or before its charge. Where the charge is
early, such windows move apart, so that one mail can not satisfy them all: then there are two, never a window that is
silently left out. Pure: what applies to a subscriber is given, nothing here knows a country.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from goodterms.domain.counting import counting_zone, date_in_words, day_ends_at, local_date, start_of_day
from goodterms.domain.law import Law, Notice
from goodterms.domain.policy import Counting
from goodterms.domain.rules import Condition, FactValue, Span
from goodterms.domain.term import Interval, boundary
from goodterms.domain.value import dataclass

_DAY = timedelta(days=1)
# What is left of a window after a mail that was moved into it, where the window is long enough: machines stand still.
_SLACK = 3 * _DAY


@dataclass(frozen=True, slots=True)
class NoticeRule:
    """A law's notice as it applies to one subscriber; `counting` says in whose zone its days are counted."""

    law: str  # label, such as "us-california@1"
    notice: Notice
    counting: Counting
    contracts_from: date | None = None

    @property
    def name(self) -> str:
        """What facts and screens call it: the law and the notice."""
        return f"{self.law} {self.notice.id}"


@dataclass(frozen=True, slots=True, eq=False)
class NoticeRules:
    """The notices that apply to subscribers of one kind: one object, shared by all of them, so that what follows from
    it is reckoned once."""

    rules: tuple[NoticeRule, ...]
    names: tuple[str, ...]


NO_NOTICES = NoticeRules((), ())


@dataclass(frozen=True, slots=True)
class NoticeWindow:
    """A notice counted for one renewal: half-open, in UTC."""

    name: str
    opens_at: datetime
    closes_at: datetime

    def holds(self, at: datetime) -> bool:
        """Whether a mail at this instant is in time for it."""
        return self.opens_at <= at < self.closes_at


@dataclass(frozen=True, slots=True)
class Reminder:
    """A mail that announces a renewal: when, and which windows it satisfies; `own` is the policy's own day."""

    at: datetime
    windows: tuple[NoticeWindow, ...]
    own: bool

    @property
    def satisfies(self) -> tuple[str, ...]:
        """The names of its windows."""
        return tuple(window.name for window in self.windows)


@dataclass(frozen=True, slots=True)
class Impossible:
    """A window that no mail can reach, and why."""

    name: str
    because: str


@dataclass(frozen=True, slots=True)
class ReminderPlan:
    """The mails of one renewal in order, at least one, and the windows that none can satisfy."""

    reminders: tuple[Reminder, ...]
    impossible: tuple[Impossible, ...] = ()

    def due_at(self, told: Sequence[datetime]) -> datetime | None:
        """When the next mail is due after those that went out at `told` (in order); None when all did.

        A mail that went out late stands for everything planned before it, and for a later one whose windows it
        reached as well.
        """
        if not told:
            return self.reminders[0].at
        for reminder in self.reminders:
            if reminder.at <= told[-1]:
                continue
            open_ones = [w for w in reminder.windows if not any(w.holds(at) for at in told)]
            if open_ones or reminder.own:
                return reminder.at
        return None

    def satisfied_by(self, at: datetime) -> tuple[str, ...]:
        """The names of the windows that a mail at this instant is in time for."""
        return tuple(w.name for reminder in self.reminders for w in reminder.windows if w.holds(at))

    def missed_by(self, at: datetime, told: Sequence[datetime]) -> tuple[str, ...]:
        """The names of the windows that closed before this instant without a mail: a standstill, or a late start."""
        windows = (w for reminder in self.reminders for w in reminder.windows if w.closes_at <= at)
        return tuple(w.name for w in windows if not any(w.holds(earlier) for earlier in told))


def notices_for(
    laws: Iterable[Law], *, interval: Interval, country: str | None, state: str | None, on: date,
    contract_on: date | None = None, card_network: str | None = None,
) -> NoticeRules | None:  # fmt: skip
    """The notices that apply to a subscriber on a day, in the order of the laws; None when none does.

    Laws are chosen by country and state, by the day and by that of the contract. Everybody counts as a consumer: a
    mail too many takes nothing from anyone. An announced law applies from its day on. A condition on what is not
    known of the subscriber (such as the card's network) does not hold.
    """
    known: dict[str, FactValue] = {"country": country, "state": state, "payment_method": card_network}
    found = []
    for law in laws:
        if law.notices and _applies(law, country, state, on, contract_on):
            found += [
                NoticeRule(law.label, notice, law.counting, law.contracts_from)
                for notice in law.notices
                if all(_holds(need, interval, known) for need in notice.conditions)
            ]
    return gathered(found)


def gathered(rules: Sequence[NoticeRule]) -> NoticeRules | None:
    """Rules as what subscribers share; None where there are none."""
    return NoticeRules(tuple(rules), tuple(rule.name for rule in rules)) if rules else None


@lru_cache(maxsize=1024)
def own_day_suffices(notices: NoticeRules, own_days: int, lead_days: int, term_days: int) -> bool:
    """Whether the policy's own day is well inside every window, whatever the term, the zone and the clocks there.

    `own_days` and `lead_days` are before the end of a term of at least `term_days`. Then the policy's mail is the only
    one, and nothing has to be reckoned for a single renewal.
    """
    if not lead_days < own_days < term_days:
        return False
    for notice in (rule.notice for rule in notices.rules):
        if notice.opens.unit != "days" or notice.closes.unit != "days":
            return False
        before = own_days if notice.before == "term_end" else own_days - lead_days
        if not notice.closes.count < before < notice.opens.count:
            return False
    return True


def plan_reminders(
    rules: Sequence[NoticeRule], *, ends_at: datetime, charge_at: datetime, own_at: datetime, not_before: datetime,
    own_counting: Counting, buyer_timezone: str | None,
) -> ReminderPlan:  # fmt: skip
    """The fewest mails that keep the policy's own day and satisfy every window that can be.

    `ends_at` is the end of the running term, `charge_at` the scheduled charge, `own_at` the policy's own day: a
    promise of the policy, unless it is the charge itself. No mail goes out before `not_before` (the term before is
    not sold yet) or from the charge on. A window is counted in local days, both inside, by the law's counting, else
    the policy's.
    """
    windows, impossible = [], []
    for rule in rules:
        window = _window(rule, ends_at, charge_at, own_counting, buyer_timezone)
        inside = NoticeWindow(window.name, max(window.opens_at, not_before), min(window.closes_at, charge_at))
        if inside.opens_at < inside.closes_at:
            windows.append(inside)
        else:
            impossible.append(Impossible(rule.name, _why_not(window, charge_at)))
    promised = own_at < charge_at or not windows
    instants = _stab(windows, own_at) if windows else (own_at,)
    if promised and own_at not in instants:
        rest = [w for w in windows if not w.holds(own_at)]
        instants = tuple(sorted((own_at, *_stab(rest, own_at))))
    return ReminderPlan(
        tuple(Reminder(at, _first_held(windows, at, instants), own=promised and at == own_at) for at in instants),
        tuple(impossible),
    )


@lru_cache(maxsize=256)
def planned(
    notices: NoticeRules, ends_at: datetime, charge_at: datetime, own_at: datetime, not_before: datetime,
    own_counting: Counting, buyer_timezone: str | None,
) -> ReminderPlan:  # fmt: skip
    """The same, remembered: one decision asks for it several times."""
    return plan_reminders(
        notices.rules, ends_at=ends_at, charge_at=charge_at, own_at=own_at, not_before=not_before,
        own_counting=own_counting, buyer_timezone=buyer_timezone,
    )  # fmt: skip


def _window(
    rule: NoticeRule, ends_at: datetime, charge_at: datetime, own: Counting, buyer_timezone: str | None
) -> NoticeWindow:
    notice = rule.notice
    anchor_at = ends_at if notice.before == "term_end" else charge_at
    zone = _zone(rule.counting, own, buyer_timezone)
    opens_at = _back(anchor_at, notice.opens, zone, opening=True)
    return NoticeWindow(rule.name, opens_at, _back(anchor_at, notice.closes, zone, opening=False))


def _zone(counting: Counting, own: Counting, buyer_timezone: str | None) -> ZoneInfo:
    # A law without a zone of its own takes the policy's; whether the buyer's goes first is for each to say.
    timezone = counting.timezone or own.timezone
    return counting_zone(Counting(timezone, counting.buyer_timezone), buyer_timezone)


def _back(anchor_at: datetime, span: Span, zone: ZoneInfo, *, opening: bool) -> datetime:
    """The beginning (`opening`) or the end of the day that lies a span before the anchor's local day."""
    if span.unit == "hours":
        return anchor_at - timedelta(hours=span.count)
    on = local_date(anchor_at, zone)
    if span.unit in ("months", "years"):
        months = span.count * (12 if span.unit == "years" else 1)
        noon = anchor_at.replace(year=on.year, month=on.month, day=on.day, hour=12)
        on = boundary(noon, Interval(months=1), -months).date()
    elif span.unit == "business days" and not opening:
        # Without a calendar: early enough for a weekend in every five days and for a week of holidays.
        on -= timedelta(days=span.count + 2 * (span.count // 5 + 1) + 5)
    else:
        on -= timedelta(days=span.count)
    return start_of_day(on, zone) if opening else day_ends_at(on, zone)


def _why_not(window: NoticeWindow, charge_at: datetime) -> str:
    if charge_at <= window.opens_at:
        return f"it opens on {date_in_words(window.opens_at.date())}, when the renewal has been charged already"
    last_on = (window.closes_at - timedelta(microseconds=1)).date()
    return f"it closes on {date_in_words(last_on)}, before the term that is renewed has begun"


def _stab(windows: Sequence[NoticeWindow], own_at: datetime) -> tuple[datetime, ...]:
    """The fewest instants that lie in all windows together, with the policy's own where that takes no more."""
    fewest = _groups(windows)
    without_own = _groups([w for w in windows if not w.holds(own_at)])
    if len(without_own) < len(fewest):
        return tuple(sorted((own_at, *(_comfortable(group, own_at) for group in without_own))))
    return tuple(sorted(_comfortable(group, own_at) for group in fewest))


def _groups(windows: Sequence[NoticeWindow]) -> list[list[NoticeWindow]]:
    """Windows that one instant satisfies, as few groups as can be: by the one that closes first, again and again."""
    left = sorted(windows, key=lambda w: (w.closes_at, w.opens_at))
    groups = []
    while left:
        last_moment = left[0].closes_at - timedelta(microseconds=1)
        groups.append([w for w in left if w.holds(last_moment)])
        left = [w for w in left if not w.holds(last_moment)]
    return groups


def _comfortable(group: Sequence[NoticeWindow], own_at: datetime) -> datetime:
    """An instant in every window of a group: the policy's own time of day, on the day nearest to the policy's own.

    One that has to be earlier than the policy's leaves some days before the first window closes.
    """
    opens_at = max(w.opens_at for w in group)
    closes_at = min(w.closes_at for w in group)
    if opens_at <= own_at < closes_at:
        return own_at
    if own_at < opens_at:
        days = -((own_at - opens_at) // _DAY)
        return min(own_at + days * _DAY, closes_at - timedelta(microseconds=1))
    latest = max(opens_at, closes_at - _SLACK)
    days = -((latest - own_at) // _DAY)
    at = own_at - days * _DAY
    return at if opens_at <= at else opens_at + (closes_at - opens_at) // 2


def _first_held(
    windows: Sequence[NoticeWindow], at: datetime, instants: Sequence[datetime]
) -> tuple[NoticeWindow, ...]:
    """The windows that the mail at this instant is the first one in time for."""
    return tuple(w for w in windows if next((one for one in instants if w.holds(one)), None) == at)


def _applies(law: Law, country: str | None, state: str | None, on: date, contract_on: date | None) -> bool:
    if (law.countries and country not in law.countries) or (law.states and state not in law.states):
        return False
    if on < law.applies_from or (law.applies_until is not None and law.applies_until <= on):
        return False
    return law.contracts_from is None or contract_on is None or law.contracts_from <= contract_on


def _holds(need: Condition, interval: Interval, known: dict[str, FactValue]) -> bool:
    if need.fact == "term_length":
        return any(_compares(need.test, interval.shortest_days, _days(value)) for value in need.values)
    value = known.get(need.fact)
    if need.test == "given":
        return (value is not None) == (need.values == ("true",))
    if value is None:
        return need.fact == "consumer"
    if need.test not in ("is", "is_not"):
        return False
    return (value in need.values) == (need.test == "is")


def _compares(test: str, days: int, limit: int) -> bool:
    match test:
        case "is":
            return days == limit
        case "is_not":
            return days != limit
        case "at_least":
            return days >= limit
        case "at_most":
            return days <= limit
        case "more_than":
            return days > limit
        case _:
            return test == "less_than" and days < limit


def _days(text: str) -> int:
    """The fewest days of a length in the words of a document: "1 month", "180 days"."""
    count, _, unit = text.partition(" ")
    months = {"month": 1, "year": 12}.get(unit.removesuffix("s"), 0)
    if months:
        return Interval(months=int(count) * months).shortest_days
    return int(count) // 24 if unit.startswith("hour") else int(count)
