"""What stands in the site and where: the one list of its pages."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

#: Sections of the navigation, each with its pages: paths below docs/ without their ending.
SECTIONS: dict[str, tuple[str, ...]] = {
    "Begin": ("quickstart", "demo", "concepts", "glossary"),
    "Guides": (
        "guides/sell", "guides/renew", "guides/cancel", "guides/refund", "guides/entitlements", "guides/webhooks",
        "guides/sandboxes", "guides/going-live", "import",
    ),
    "API": ("api", "reference/index", "python-client"),
    "Policies": ("policies", "decide"),
    "Running it": ("operations", "gateways", "reliability", "failures", "performance"),
    "Why it is so": ("decisions/README", "lessons", "requirements", "design-system"),
}  # fmt: skip

#: What the navigation calls a page whose own heading is long.
SHORT: dict[str, str] = {
    "import": "Take over customers", "api": "Using the API", "python-client": "The Python client",
    "policies": "Write a policy", "decide": "Decide paper cases", "operations": "Operations",
    "decisions/README": "Decisions", "lessons": "Lessons of others", "requirements": "Requirements and tests",
}  # fmt: skip

#: Pages that are kept elsewhere, because they belong to something else: page and file.
FROM_ELSEWHERE: dict[str, Path] = {"python-client": ROOT / "clients" / "python" / "README.md"}

#: Pages that are made while the site is built.
MADE = "reference/"

#: What a link that is right for somebody who reads docs/ on a code host becomes in the site.
LINKS: dict[str, str] = {
    "clients/python/README.md": "python-client.md",
    "docs/openapi.json": "docs/reference/index.md",
}


def source_pages() -> list[tuple[str, Path]]:
    """Return every page that people write, with its file, in the order of reading; decisions last."""
    listed = ["index", *(page for pages in SECTIONS.values() for page in pages if not page.startswith(MADE))]
    decisions = sorted(f"decisions/{path.stem}" for path in (DOCS / "decisions").glob("0*.md"))
    return [(page, FROM_ELSEWHERE.get(page, DOCS / f"{page}.md")) for page in [*listed, *decisions]]
