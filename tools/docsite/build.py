"""Builds the site: lays its sources out in build/site/source and runs Sphinx on them, every warning an error.

The pages of docs/ are plain Markdown that reads well on a code host. What only the site needs (its navigation, the
reference of the API) is added here, so that no page carries a generator's marks.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tools.docsite.pages import DOCS, LINKS, ROOT, SECTIONS, SHORT, source_pages
from tools.docsite.reference import reference_pages

HERE = Path(__file__).parent
PLACE = ROOT / "build" / "site"
_LINK = re.compile(r"(\]\()([^)#\s]+)((?:#[^)\s]*)?\))")


def build(place: Path = PLACE) -> Path:
    """Make the whole site anew below a directory and return where its pages are.

    Raises `CalledProcessError` when Sphinx finds anything to warn of; what it says is on standard error.
    """
    source, made = place / "source", place / "html"
    for old in (source, made):
        shutil.rmtree(old, ignore_errors=True)
    _lay_out(source)
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-n", "-E", "-b", "html"]
    command += ["-d", str(place / "doctrees"), "-c", str(HERE), str(source), str(made)]
    # Sphinx writes years into pages; a build of the same sources is the same pages.
    subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, "SOURCE_DATE_EPOCH": "0"})
    # Pictures that pages name in HTML, one for each width: Sphinx does not see those.
    shutil.copytree(DOCS / "images", made / "images")
    return made


def _lay_out(source: Path) -> None:
    for page, path in source_pages():
        text = _linked(path.read_text(encoding="utf-8"), page, path)
        _write(source / f"{page}.md", text + (_contents(page) or ""))
    for page, text in reference_pages(json.loads((DOCS / "openapi.json").read_text(encoding="utf-8"))).items():
        _write(source / f"{page}.md", text)
    shutil.copytree(DOCS / "images", source / "images")
    shutil.copy(DOCS / "openapi.json", source / "reference" / "openapi.json")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _linked(text: str, page: str, path: Path) -> str:
    """A page's text with those links changed that lead somewhere else in the site."""
    above = "../" * page.count("/")

    def changed(link: re.Match[str]) -> str:
        target = os.path.normpath(path.parent / link[2])
        name = os.path.relpath(target, ROOT)
        if name not in LINKS and (page == path.stem or path.is_relative_to(DOCS)):
            return link[0]
        to = LINKS.get(name, name).removeprefix("docs/")
        return f"{link[1]}{above}{to}{link[3]}"

    return _LINK.sub(changed, text)


def _contents(page: str) -> str:
    """The navigation below the first page, and that of the decisions below their list."""
    if page == "decisions/README":
        return _tree("", sorted(path.stem for path in (DOCS / "decisions").glob("0*.md")))
    if page != "index":
        return ""
    return "".join(_tree(name, list(pages)) for name, pages in SECTIONS.items())


def _tree(caption: str, pages: list[str]) -> str:
    options = [":hidden:", *([f":caption: {caption}"] if caption else [])]
    entries = [f"{SHORT[page]} <{page}>" if page in SHORT else page for page in pages]
    return "\n".join(["", "```{toctree}", *options, "", *entries, "```", ""])
