"""Pages make as many queries with 500 activities as with one."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.bench.plans import fill

pytestmark = pytest.mark.django_db
QUERIES = {
    "/mal/mal-0/": 9,
    "/mal/matris/": 7,
    "/aktiviteter/": 10,
    "/aktiviteter/?visa=tabell&alla=1": 10,
    "/aktiviteter/?visa=tidslinje": 11,
    "/aktiviteter/?visa=tidslinje&alla=1": 11,
    "/aktiviteter.csv": 10,
    "/aktiviteter.xlsx": 10,
    "/organisationer/": 2,
    "/organisationer/org-0/": 9,
    "/mal/mal-0/flode.xml": 3,
}


@pytest.mark.parametrize("count", [1, 500])
def test_pages_ask_as_often_with_many_activities(client: Client, count: int) -> None:
    cache.clear()
    fill(count)

    asked = {path: _queries(client, path) for path in QUERIES}

    assert asked == QUERIES


def _queries(client: Client, path: str) -> int:
    _read(client, path)  # what is kept for the life of the process is fetched now
    with CaptureQueriesContext(connection) as queries:
        _read(client, path)
    return len(queries)


def _read(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200, path
    if response.streaming:
        assert b"".join(response)
