"""The policy page's answer about statutory rights (A27): by the countries a policy is sold in, or in general."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from goodterms.domain.law import Law
from goodterms.domain.page.policy_page_parts import Block, bullets, said
from goodterms.domain.policy import Policy
from goodterms.domain.words import Words, sentence
from goodterms.domain.words.laws import beginning, law_heading, law_sentences, laws_beside, regions, short_title
from goodterms.domain.words.places import in_places


def law_blocks(policy: Policy, words: Words, laws: Iterable[Law], on: date) -> tuple[Block, ...]:
    """What laws give to the customers of a policy; nothing where none is known to apply.

    For a policy that names where it is sold, each law with its rights. For one that is sold everywhere, a short list.
    """
    # What binds vendors everywhere, such as the rules of a card network, gives customers no right.
    beside = [law for law in laws_beside(policy, laws, on) if law.countries or law.rights]
    if not beside:
        return ()
    first = said(words.text("law.more"))
    if not policy.sold_in:
        return (first, said(words.text("law.general")), bullets(*(_general(words, law, on) for law in beside)))
    blocks: list[Block] = [first]
    for law in beside:
        lines = dict.fromkeys(text for _, text in law_sentences(words, law))
        if lines:
            blocks += [said(law_heading(words, policy, law, on)), bullets(*lines)]
    return tuple(blocks)


def _general(words: Words, law: Law, on: date) -> str:
    text = words.text(
        "law.general.item",
        title=short_title(words, law),
        places=in_places(words, regions(law), "and"),
        begins=beginning(words, law, on),
    )
    return sentence(text).removesuffix(".")
