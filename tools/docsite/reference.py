"""The reference of the API as pages of the site, made from docs/openapi.json: a page for each group of operations."""

from __future__ import annotations

import re
from typing import Any

from goodterms.api import described


def reference_pages(document: dict[str, Any]) -> dict[str, str]:
    """Return the Markdown of every page of the reference, by its path in the site."""
    groups = {
        tag["name"]: (tag["description"], [one for one in described.operations(document) if one["tag"] == tag["name"]])
        for tag in document["tags"]
    }
    pages = {"reference/index": _index(document, groups)}
    for name, (told, operations) in groups.items():
        parts = [f"# {name}", told, *(_operation(document, one) for one in operations)]
        pages[f"reference/{_file(name)}"] = "\n\n".join(parts) + "\n"
    return pages


def _index(document: dict[str, Any], groups: dict[str, tuple[str, list[dict[str, Any]]]]) -> str:
    count = sum(len(operations) for _, operations in groups.values())
    lines = [
        "# API reference", "",
        document["info"]["description"], "",
        f"{count} operations. [The same as an OpenAPI 3.1 document](openapi.json).",
        "How the parts go together is told in [the guide to the API](../api.md).", "",
    ]  # fmt: skip
    for name, (told, operations) in groups.items():
        lines += [f"## [{name}]({_file(name)}.md)", "", told, ""]
        for one in operations:
            link = f"[`{one['method']} {one['path']}`]({_file(name)}.md#{_anchor(one['title'])})"
            lines.append(f"- {link}: {_first(one['told'])}")
        lines.append("")
    lines += ["```{toctree}", ":hidden:", "", *(_file(name) for name in groups), "```", ""]
    return "\n".join(lines)


def _operation(document: dict[str, Any], one: dict[str, Any]) -> str:
    told = described.in_full(document, one)
    parts = [
        f"## {one['title']}",
        f"```text\n{one['method']} {one['path']}\n```",
        one["told"],
        f"A key needs the scope `{one['scope']}`.",
    ]
    if told["parameters"]:
        parts += ["### What it is given", _table("parameter", [
            (f"`{each['name']}`", f"{each['where']}, {each['type']}", each["required"], each["told"])
            for each in told["parameters"]
        ])]  # fmt: skip
    if told["body_fields"]:
        parts += ["### The body", _fields(told["body_fields"])]
    if told["body_example"]:
        parts += [f"```json\n{told['body_example']}\n```"]
    parts += ["### The answer", f"Status {told['status']}.", f"```json\n{told['answer_example']}\n```"]
    if told["answer_fields"]:
        fields = told["answer_fields"]
        parts += [_table("field", [(f"`{one['name']}`", one["type"], False, one["told"]) for one in fields])]
    problems = [f"| {status} | {_cell(what)} |" for status, what in told["problems"]]
    parts += ["### What can be wrong", "\n".join(["| status | when |", "|---|---|", *problems])]
    return "\n\n".join(parts)


def _fields(fields: list[dict[str, Any]]) -> str:
    return _table("field", [(f"`{one['name']}`", one["type"], one["required"], one["told"]) for one in fields])


def _table(what: str, rows: list[tuple[str, str, bool, str]]) -> str:
    """Three columns only, so that a phone has room for the last."""
    lines = [f"| {what} | type | means |", "|---|---|---|"]
    lines += [
        f"| {name} | {_cell(kind)}{', must be there' if required else ''} | {_cell(told)} |"
        for name, kind, required, told in rows
    ]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _first(text: str) -> str:
    return re.split(r"(?<=[.?!])\s", " ".join(text.split()), maxsplit=1)[0]


def _file(name: str) -> str:
    return name.lower().replace(" ", "-")


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-")
