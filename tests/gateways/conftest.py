"""Asserts in the shared contract are explained like those in test files."""

import pytest

pytest.register_assert_rewrite(
    "tests.gateways.contract", "tests.gateways.contract_refunds", "tests.gateways.contract_world"
)
