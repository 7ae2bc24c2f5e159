"""Logs: one line per happening, as JSON for machines or plain for people, never with personal data.

Library and own loggers pass through the same chain, so a line looks the same wherever it comes from.
"""

import re
from typing import Any

import structlog

#: Keys that are dropped from every line, whoever wrote it.
PERSONAL = frozenset({"email", "name", "buyer", "address", "password", "token", "code", "authorization", "request"})

#: What opens something for whoever holds it: the signed part of a letter's link, the key of a new password.
_KEYS = re.compile(r"(/requests/|/password/reset/key/)[^/\s?]+")
_API_KEY = re.compile(r"(gtk_(?:live|test)_[A-Za-z0-9]{8})[A-Za-z0-9]+")
_ADDRESS = re.compile(r"[^\s@<>()\[\]'\",;:=]+@[^\s@<>()\[\]'\",;:=]+")


def drop_personal(_logger: Any, _method: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Remove the keys that may carry personal data or secrets."""
    return {key: value for key, value in line.items() if key not in PERSONAL}


def hide_in_texts(_logger: Any, _method: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Blank out keys in paths, and e-mail addresses, in what libraries and exceptions wrote."""
    for name in ("event", "exception"):
        if isinstance(line.get(name), str):
            line[name] = _API_KEY.sub(r"\1...", _ADDRESS.sub("...@...", _KEYS.sub(r"\1...", line[name])))
    return line


def logging_config(*, plain: bool) -> dict[str, Any]:
    """Return the logging configuration and set up structlog to match."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        drop_personal,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        hide_in_texts,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    last: structlog.typing.Processor = structlog.processors.JSONRenderer(sort_keys=True)
    if plain:
        last = structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {"goodterms": {"level": "INFO"}, "django": {"level": "WARNING"}},
    }
