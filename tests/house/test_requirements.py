"""Every requirement names the tests that prove it, and the published list is current."""

from __future__ import annotations

from tests.house.sources import assert_none
from tools.requirements_doc import PAGE, page, proofs, requirements


def test_the_list_is_complete() -> None:
    """There are 52 requirements, numbered without a gap."""
    assert list(requirements()) == [f"R{number}" for number in range(1, 53)]


def test_marks_name_known_requirements() -> None:
    """A mark with a slip of the pen would prove nothing."""
    unknown = set(proofs()) - set(requirements())
    assert_none([f"{number}: {proofs()[number]}" for number in unknown], "Marks name requirements R1 to R52.")


def test_every_requirement_is_proven() -> None:
    """Each requirement has at least one test that fails when it is broken."""
    proven = proofs()
    missing = [f"{number}: {text}" for number, text in requirements().items() if number not in proven]
    assert_none(missing, "Every requirement has a test marked with its number.")


def test_the_page_is_current() -> None:
    """docs/requirements.md says what the tests say."""
    current = PAGE.exists() and PAGE.read_text() == page()
    assert current, "docs/requirements.md is stale: run `make docs`."
