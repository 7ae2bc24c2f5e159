"""Laws drawn at random, written as documents and read by the real reader."""

from __future__ import annotations

from hypothesis import assume
from hypothesis import strategies as st

from goodterms.domain.law import Law
from goodterms.domain.reading.law_reader import parse_law
from goodterms.domain.reading.policy_problems import PolicyError
from tests.properties.documents import FACTS, conditions, grants, windows


@st.composite
def drawn_laws(draw: st.DrawFn) -> Law:
    """A law of Germany and France with one or two rights."""
    shapes = draw(windows(2, backwards=False))
    names = tuple(name for name, _ in shapes)
    rights = [
        f"{draw(conditions(names))}\n{draw(grants())}\n"
        + draw(
            st.sampled_from(["", 'pay_within = "14 days"\n', 'acknowledge = "durable_medium_without_undue_delay"\n'])
        )
        for _ in range(draw(st.integers(1, 2)))
    ]
    acts = draw(st.sampled_from(['["refund", "withdraw"]', '["cancel"]', '["withdraw"]']))
    body = "\n".join(rights)
    used = {name: text for name, text in shapes if f'"{name}"' in body}
    body += "\n".join(used.values())
    consumers_only = draw(st.booleans())
    facts = [f"[facts.{name}]\n{text}\n" for name, text in FACTS.items() if name in body]
    if consumers_only and "consumer" not in body:
        facts.append(f"[facts.consumer]\n{FACTS['consumer']}\n")
    text = "\n".join(
        [
            LAW.format(consumers_only=str(consumers_only).lower()),
            *facts,
            *(f"[window.{name}]\n{text}\n" for name, text in used.items()),
            *(
                f'[[right]]\nid = "L{index}"\narticle = "art. {index + 1}"\nacts = {acts}\nsays = "So."\n{right}\n'
                for index, right in enumerate(rights)
            ),
        ]
    )
    try:
        return parse_law(text, "drawn-law.toml")
    except PolicyError as error:
        assume(any("never" in problem.message or "contradict" in problem.message for problem in error.problems))
        assume(False)
        raise


LAW = """\
[law]
id = "drawn-law"
version = 1
title = "A drawn law"
source = "Example"
url = "https://example.com/law"
dated_on = 2020-01-01
countries = ["DE", "FR"]
consumers_only = {consumers_only}
status = "in_force"
applies_from = 2020-01-01

[counting]
buyer_timezone = "overrides"

[business_days]
weekend = ["saturday", "sunday"]
holidays = "none"
"""
