"""Public ids and the numbers people read aloud: both carry the bucket, and nothing else is taken for one."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodterms.domain.public_id import (
    BUCKETS,
    PublicIdError,
    bucket_of_number,
    decode,
    encode,
    human_number,
    normalize_number,
)

BUCKET = st.integers(0, BUCKETS - 1)
ID = st.uuids()
ONE = encode("sub", 7, UUID(int=1))


@given(BUCKET, ID)
def test_an_id_comes_back(bucket: int, id: UUID) -> None:
    """Bucket and id are in the string, under their prefix only."""
    text = encode("ord", bucket, id)
    assert decode("ord", text) == (bucket, id)
    with pytest.raises(PublicIdError):
        decode("sub", text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("sub_", id="prefix-alone"),
        pytest.param(ONE[:-1], id="short"),
        pytest.param(ONE + "0", id="long"),
        pytest.param(ONE.upper(), id="upper-case"),
        pytest.param("sub_+07" + "0" * 32, id="sign"),
        pytest.param("sub_ 07" + "0" * 32, id="space"),
        pytest.param("sub_0_7" + "0" * 32, id="underscore-in-the-bucket"),
        pytest.param("sub_007" + "0" * 15 + "_" + "0" * 16, id="underscore-in-the-id"),
        pytest.param("sub_007{" + "0" * 30 + "}", id="braces"),
        pytest.param("sub_007" + "٣" * 32, id="foreign-digits"),
    ],
)
def test_an_id_has_one_spelling(text: str) -> None:
    """Whatever is not exactly what we give out is refused, so that a row has one address."""
    with pytest.raises(PublicIdError):
        decode("sub", text)


@given(BUCKET, ID)
def test_a_number_leads_to_its_bucket(bucket: int, id: UUID) -> None:
    """The bucket of an order number is the one it was made with, and the number is stored as it is written."""
    number = human_number(bucket, id)
    assert bucket_of_number(number) == bucket
    assert normalize_number(number) == number


@given(BUCKET, ID)
def test_a_number_is_read_as_people_write_it(bucket: int, id: UUID) -> None:
    """Lower case, spaces, long dashes and the letters O, I and L for digits lead to the same number."""
    number = human_number(bucket, id)
    for written in (
        number.lower(), f" {number} ", number.replace("-", " - "), number.replace("-", "–"),
        number.replace("0", "O"), number.replace("0", "o").replace("1", "l"), number.replace("1", "I"),
    ):  # fmt: skip
        assert normalize_number(written) == number


@pytest.mark.parametrize(
    "number",
    [
        "", "-", "1472", "4096-0000-0000", "0001-ABCD", "0001-ABCD-EFG", "0001-ABCU-EFGH", "INV-2026-00017",
        "²²²²-AAAA-BBBB", "١٤٧٢-AAAA-BBBB", "１４７２-AAAA-BBBB", "00001-AAAA-BBBB",
    ],
)  # fmt: skip
def test_a_foreign_number_has_no_bucket(number: str) -> None:
    """Numbers of other systems, other scripts' digits and broken ones are foreign, never an error."""
    assert bucket_of_number(number) is None
    assert bucket_of_number(normalize_number(number)) in (None, 1472)


def test_foreign_numbers_keep_their_letters() -> None:
    """An imported number with the letters O and I is not rewritten into digits."""
    assert normalize_number("io-2026 / lol") == "IO-2026/LOL"


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_number_or_not(text: str) -> None:
    """No text that somebody types into the form makes an error."""
    bucket = bucket_of_number(normalize_number(text))
    assert bucket is None or 0 <= bucket < BUCKETS
    with pytest.raises(PublicIdError):
        decode("sub", text)
