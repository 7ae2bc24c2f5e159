"""What happens in the demo's last weeks, and when: counted back from now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from goodterms.domain.refund_request import Claimed
from goodterms.usecases.demo.cast import ROLES, Bought
from goodterms.usecases.demo.people import AMERICA, AUSTRALIA, BRITAIN, GERMANY, Person
from goodterms.usecases.demo.shop import SECOND, SPECIALIST
from goodterms.usecases.demo.stage import Case, Stage

LIVED = timedelta(days=35)  # the weeks that are lived day by day; before that, history is imported


@dataclass(frozen=True, slots=True)
class Scene:
    """Something somebody does, that long ago."""

    ago: timedelta
    act: Callable[[Stage], object]


def scenes() -> list[Scene]:
    """Everything in the order in which it happens."""
    found = [*_purchases(), *_cases(), *_others(), *_extras()]
    return sorted(found, key=lambda scene: -scene.ago)


def _purchases() -> Iterator[Scene]:
    for role in ROLES.values():
        for part in role.origin:
            if isinstance(part, Bought):
                yield _scene(part.ago, 2, _buys(role.person, part.plan, f"{part.card}.{role.key}"))


def _buys(person: Person, plan: str, card: str) -> Callable[[Stage], None]:
    return lambda stage: stage.buy(person, plan, card)


def _cases() -> Iterator[Scene]:
    """A request by one of the cast; what comes later in the same case is a scene of its own."""
    cases: dict[str, Case] = {}

    def ask(key: str, days: int, hours: int, *, days_off: int = 0) -> Scene:
        def act(stage: Stage) -> None:
            cases[key] = stage.ask(ROLES[key].email, days_off=days_off)

        return _scene(days, hours, act)

    yield ask("jonas", 0, 5)
    yield ask("kaya", 1, 6)
    yield _scene(0, 20, lambda s: s.take(cases["kaya"], SPECIALIST))
    yield ask("liam", 1, 3, days_off=40)
    yield ask("mira", 1, 9)
    yield _scene(1, 1, lambda s: s.approve(cases["mira"], SPECIALIST))
    yield ask("noah", 3, 4)
    yield _scene(2, 6, lambda s: s.take(cases["noah"], SECOND))
    yield _scene(2, 5, lambda s: s.decline(cases["noah"], SECOND))
    yield ask("olivia", 2, 3)
    yield _scene(1, 5, lambda s: s.approve(cases["olivia"], SPECIALIST))
    yield ask("pablo", 11, 8)
    yield _scene(11, 2, lambda s: s.approve(cases["pablo"], SPECIALIST))
    yield ask("quinn", 12, 6)
    yield _scene(11, 20, lambda s: s.approve(cases["quinn"], SECOND))
    yield ask("rosa", 9, 4)
    yield _scene(8, 20, lambda s: s.approve(cases["rosa"], SPECIALIST))


def _others() -> Iterator[Scene]:
    yield _scene(12, 5, lambda s: s.cancel(ROLES["elias"].email))
    yield _scene(4, 7, lambda s: s.refund_at_bank(ROLES["sven"].email))
    stranger = Claimed("HB-999104", "pat.lowell@example.org", "Pat Lowell", None)
    yield _scene(0, 9, lambda s: s.inquire(stranger))
    late = Claimed("", "kim.sorensen@example.org", "Kim Sørensen", date(2026, 1, 9))
    yield _scene(1, 11, lambda s: s.inquire(late))


def _extras() -> Iterator[Scene]:
    """Some more business of these weeks, so that lists look like a working day's."""
    random = Random(7)  # noqa: S311 -- invented people, no secrets
    names = (
        "Anton Weiss/Bea Calloway/Carlo Riva/Daphne Osei/Emre Aydin/Fiona Gallagher/Goran Petek/Hazel Winter/"
        "Ilya Sorokin/June Ashby/Karim Belhaj/Lotte de Wit"
    ).split("/")
    for i, name in enumerate(names):
        land = (GERMANY, AMERICA, BRITAIN, AUSTRALIA)[i % 4]
        person = Person(name, f"{name.lower().replace(' ', '.')}@example.net", land)
        plan = random.choice(("shield-1y", "shield-1y", "vault-1y", "vault-1m"))
        bought = random.randrange(17, 28)
        yield _scene(bought, i, _buys(person, plan, f"pm_ok.extra-{i}"))
        yield from _extra_case(person, i, bought)


def _extra_case(person: Person, i: int, bought: int) -> Iterator[Scene]:
    case: list[Case] = []
    asked = {0: 0, 1: 0, 2: 1}.get(i % 6, bought - 3)
    if i % 6 == 5:
        yield _scene(6, i, lambda s: s.cancel(person.email))
        return
    yield _scene(asked, 3 + i, lambda s: case.append(s.ask(person.email)))
    if i % 6 == 3:
        yield _scene(asked - 1, i, lambda s: s.approve(case[0], SPECIALIST))
    if i % 6 == 4:
        yield _scene(asked - 1, i, lambda s: s.retract(person.email, case[0]))


def _scene(days: int, hours: int, act: Callable[[Stage], object]) -> Scene:
    return Scene(timedelta(days=days, hours=hours, minutes=(days * 7 + hours * 13) % 60), act)
