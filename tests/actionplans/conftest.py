"""Fixtures for the tests of spreadsheets."""

import pytest

from tests.actionplans.sheets import make_county


@pytest.fixture
def county():
    return make_county()
