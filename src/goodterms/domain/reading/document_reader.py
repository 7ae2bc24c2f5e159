"""Opening a document of rules: the canonical text, TOML, and where its syntax is broken."""

from __future__ import annotations

import re
import tomllib

from goodterms.domain.reading.policy_lines import KeyLines
from goodterms.domain.reading.policy_problems import PolicyError, Problem
from goodterms.domain.reading.policy_report import Report
from goodterms.domain.reading.policy_tables import Table

_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)")
#: What the parser says, in part, and what would be right.
_HINTS = (
    ("Cannot overwrite a value", "the key before this place is written a second time; keep one of the two"),
    ("Cannot declare", "this table is written a second time; keep one of the two, or write [[...]] for a list"),
    ("Cannot mutate immutable namespace", "a table in braces is complete where it is written; add the key there"),
    ("Cannot redefine namespace", "the key is a table already; keep one of the two"),
    ("Invalid value", 'a text needs quotes: key = "text"'),
    ("Expected '=' after a key", 'write key = "value"'),
    ("Invalid statement", 'write key = "value" or a header such as [refund]'),
    ("Expected newline or end of document", "only one value can stand here; a new key needs a new line"),
    ("Expected ']' at the end of a table", "close the header: [refund]"),
    ("Expected ']]' at the end of an array", "close the header: [[refund.clause]]"),
    ("Unclosed array", "close the list with ]"),
    ("Unclosed inline table", "close the table with }"),
    ("Unterminated string", "close the text with a quote"),
    ("Illegal character", "a text in quotes ends on its line; close it with a quote, or use three quotes"),
    ("Expected \"'''\"", "close the text with three quotes"),
    ("Duplicate inline table key", "the key is written a second time; keep one of the two"),
    ("Invalid initial character for a key part", "a key has letters, digits, - and _; put others in quotes"),
    ("Invalid date", "write an existing date: 2026-01-31"),
    ("Unescaped '\\' in a string", "write two of them, or use single quotes"),
)


#: What an entry of a list, or of a table in braces, begins with.
_ENTRY = re.compile(r"""("[^"]*"|'[^']*'|[A-Z]{3}(?=\s*=)|\d[\w.-]*)""")
_CURLY = ("\u201c", "\u201d", "\u201e", "\u2018", "\u2019", "\u201a", "\u00ab", "\u00bb")
_YES_OR_NO = {"true": "true", "yes": "true", "false": "false", "no": "false"}


def canonical_text(text: str) -> str:
    """The text without what does not matter: line endings, trailing spaces, blank lines at the end."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff").split("\n")
    return "\n".join(line.rstrip() for line in lines).rstrip("\n") + "\n"


def open_document(text: str, source: str) -> tuple[str, Table]:
    """The canonical text of a document and its root table. PolicyError, with the place, where it is not TOML."""
    text = canonical_text(text)
    try:
        text.encode()
        data = tomllib.loads(text)
        lines = KeyLines(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError([_syntax_problem(str(error), text, source)]) from None
    except UnicodeEncodeError as error:
        raise PolicyError([_at(text, error.start, source, "a character that is no text; delete it")]) from None
    except RecursionError:
        raise PolicyError([_at(text, 0, source, "lists and tables stand too deep in each other")]) from None
    except ValueError as error:  # a number of thousands of digits
        raise PolicyError([_at(text, 0, source, f"not valid TOML: {error}")]) from None
    return text, Table(data, (), Report(source, data, lines))


def _syntax_problem(message: str, text: str, source: str) -> Problem:
    found = _PLACE.search(message)
    line, column = (int(found.group(1)), int(found.group(2))) if found and found.group(1) else (None, None)
    hint = next((f"; {hint}" for words, hint in _HINTS if words in message), "")
    if "Invalid value" in message and line is not None and column is not None:
        hint = _value_hint(text.split("\n")[line - 1][column - 1 :]) or hint
    if message.startswith("Unclosed") and line is not None and column is not None:
        hint = _comma_hint(text.split("\n")[line - 1][column - 1 :]) or hint
    said = f"not valid TOML: {_PLACE.sub('', message).strip()}{hint}"
    if line is None or column is None:
        return _at(text, len(text.rstrip("\n")), source, said)
    whole_line = "Cannot declare" in message  # a header, found wrong at its end
    return _placed(text, line, 1 if whole_line else column, source, said)


def _comma_hint(written: str) -> str:
    """What would be right where another entry follows in a list or a table in braces; empty where none does."""
    follows = _ENTRY.match(written)
    return f"; a comma is missing before {follows.group(1)}" if follows else ""


def _value_hint(written: str) -> str:
    """What would be right instead of a value that people write out of habit; empty where that is not known."""
    word = written.split("#")[0].strip().lower()
    if written[:1] in _CURLY:
        return '; these quotes are curly; write straight ones: key = "text"'
    if word in _YES_OR_NO:
        return f"; a yes or no is written {_YES_OR_NO[word]}, in small letters and without quotes"
    return ""


def _at(text: str, offset: int, source: str, message: str) -> Problem:
    before = text[:offset]
    return _placed(text, before.count("\n") + 1, offset - before.rfind("\n"), source, message)


def _placed(text: str, line: int, column: int, source: str, message: str) -> Problem:
    """A problem with what follows its place, or all of the line where nothing does."""
    written = text.split("\n")[line - 1]
    if not written[column - 1 :].strip():
        column = len(written) - len(written.lstrip()) + 1
    return Problem(source, line, column, written[column - 1 :], message)
