"""The people one can be with a click: one for every state worth seeing."""

from __future__ import annotations

from dataclasses import dataclass

from goodterms.usecases.demo.people import AMERICA, AUSTRALIA, BRITAIN, FRANCE, GERMANY, JAPAN, Land, Person


@dataclass(frozen=True, slots=True)
class Past:
    """A subscription that came with the import: its running term ends in that many days (negative: has ended)."""

    plan: str
    ends_in: int
    terms: int
    card: str = "pm_ok"
    canceled_ago: int | None = None
    channel: str = "vendor_store"
    renews: bool = True


@dataclass(frozen=True, slots=True)
class Bought:
    """A subscription bought here that many days ago."""

    plan: str
    ago: int
    card: str = "pm_ok"


@dataclass(frozen=True, slots=True)
class Role:
    """Somebody in the cast: the state shown, what to try, and how it came about."""

    key: str
    state: str
    hint: str
    name: str
    land: Land
    origin: tuple[Past | Bought, ...]

    @property
    def person(self) -> Person:
        """The customer."""
        return Person(self.name, self.email, self.land)

    @property
    def email(self) -> str:
        """The address; example.com is reserved and reaches nobody."""
        return f"{self.key}@example.com"


@dataclass(frozen=True, slots=True)
class Scene:
    """Roles that belong together on the overview."""

    title: str
    roles: tuple[Role, ...]


SUBSCRIPTIONS = Scene(
    "Subscriptions",
    (
        Role("ava", "Active", "Cancel it and see what that means before you confirm.", "Ava Lindqvist", FRANCE,
             (Past("shield-1y", 140, 3),)),
        Role("ben", "Renewed ahead of time", "The next term is paid but not begun: ask for it back, keep this one.",
             "Ben Hartono", AUSTRALIA, (Past("shield-1y", 6, 2),)),
        Role("chloe", "Bought nine days ago", "A first purchase, refundable: access would end at once.",
             "Chloé Martin", FRANCE, (Bought("shield-1y", 9),)),
        Role("dana", "Card failing, being retried", "Give another card, or let days pass: the fourth try succeeds.",
             "Dana Whitfield", AMERICA, (Past("shield-1y", 9, 1, "pm_insufficient_funds_3"),)),
        Role("elias", "Canceled, still running", "Take the cancellation back before the end.", "Elias Brandt", GERMANY,
             (Past("shield-1y", 75, 1),)),
        Role("farah", "Ended after a cancellation", "Nothing is charged any more. Buy again.", "Farah Nazari", BRITAIN,
             (Past("shield-1y", -20, 2, canceled_ago=100),)),
        Role("gus", "Two subscriptions, one of them monthly", "The monthly one is charged two weeks ahead as well.",
             "Gus Pereira", AUSTRALIA, (Past("shield-1y", 210, 2), Past("vault-1m", 19, 7))),
        Role("hiro", "The bank's answer is unknown", "Nothing is sent again until it is certain what happened.",
             "Hiro Tanabe", JAPAN, (Past("shield-1y", 11, 1, "pm_odd_code"),)),
        Role("iris", "Bought in another store", "Its money is with the other store: refunds are referred there.",
             "Iris Keller", GERMANY, (Past("vault-1y", 120, 1, channel="app_store", renews=False),)),
    ),
)  # fmt: skip
REQUESTS = Scene(
    "Refund requests",
    (
        Role("jonas", "Just received", "Sign in as Riley and work through the case.", "Jonas Ekström", GERMANY,
             (Past("shield-1y", 4, 1),)),
        Role("kaya", "In review", "Riley has taken it.", "Kaya Demir", BRITAIN, (Bought("shield-1y", 11),)),
        Role("liam", "Needs information", "One fact differs. Answer, and the review goes on with its first date.",
             "Liam O’Rourke", BRITAIN, (Bought("shield-1y", 8),)),
        Role("mira", "Waiting for a second person", "A large amount: sign in as Ingrid and confirm it.",
             "Mira Castellanos", FRANCE, (Bought("family-2y", 6),)),
        Role("noah", "Declined, with the reason", "Asked after the 30 days. The dates used are named; appeal once.",
             "Noah Bergström", AMERICA, (Past("shield-1y", 295, 2),)),
    ),
)  # fmt: skip
REFUNDS = Scene(
    "Refunds",
    (
        Role("olivia", "On its way", "Follow it like a parcel; let a week pass and it is credited.",
             "Olivia Marchetti", AUSTRALIA, (Bought("shield-1y", 15),)),
        Role("pablo", "Credited, access goes on", "Only the term that had not begun was dropped.", "Pablo Iglesias",
             AUSTRALIA, (Past("shield-1y", 2, 2),)),
        Role("quinn", "Credited after the term had begun", "Access ended with the refund.", "Quinn Abernathy", AMERICA,
             (Past("shield-1y", 352, 2),)),
        Role("rosa", "Failed: the card was closed", "At the desk: try again, or by bank transfer.", "Rosa Lindberg",
             GERMANY, (Bought("shield-1y", 14, "pm_refund_fails"),)),
        Role("sven", "Made by somebody at the bank", "Taken in from the bank's statement, with its effect on access.",
             "Sven Aaltonen", FRANCE, (Bought("shield-1y", 10),)),
    ),
)  # fmt: skip
SCENES = (SUBSCRIPTIONS, REQUESTS, REFUNDS)
ROLES = {role.key: role for scene in SCENES for role in scene.roles}
