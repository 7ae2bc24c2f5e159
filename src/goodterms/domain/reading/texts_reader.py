"""Reading a text with its translations."""

from __future__ import annotations

import re

from goodterms.domain.reading.policy_problems import one_of
from goodterms.domain.reading.policy_tables import Table
from goodterms.domain.reading.policy_words import LANGUAGES


def read_texts(table: Table, key: str, *, required: bool) -> dict[str, str]:
    """A text and its translations by language: `says`, `says_de`, `says_fr`, `says_es`."""
    texts = {"en": table.text(key)} if required or key in table else {}
    for language in LANGUAGES[1:]:
        if f"{key}_{language}" in table:
            texts[language] = table.text(f"{key}_{language}")
            if key not in table and not required:
                table.wrong_key(f"{key}_{language}", f'a translation needs the text in English: write "{key}"')
    translations = tuple(f"{key}_{language}" for language in LANGUAGES[1:])
    table.may_have(key, *translations)
    for other in table:
        if re.fullmatch(rf"{key}_[a-z][a-z]", other) and other not in translations:
            table.may_have(other)
            table.wrong_key(other, f"there are no pages in this language; expected {one_of((key, *translations))}")
    return {language: text for language, text in texts.items() if text}
