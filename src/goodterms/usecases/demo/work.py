"""Everything that is due, as the worker does it."""

from __future__ import annotations

from goodterms.usecases.collect import collect_due
from goodterms.usecases.deliver_mail import deliver_mail
from goodterms.usecases.pay_back import pay_back_due, read_statement
from goodterms.usecases.renew import renew_due
from goodterms.usecases.world import World

_ROUNDS = 50


def run_until_idle(world: World) -> None:
    """Do what is due until nothing is."""
    for _ in range(_ROUNDS):
        read = read_statement(world, "bank")
        if not (renew_due(world) + collect_due(world) + pay_back_due(world) + deliver_mail(world) + read):
            return
