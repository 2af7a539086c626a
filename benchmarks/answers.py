"""The API beside bare views and bare SQL: lists, status, answers that are not sent."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks import floors
from benchmarks.callers import caller
from benchmarks.measure import Result, compare
from rollout.models import Membership, Role

LIST = "/api/v1/activities/?page_size=100&expand=milestones,conditions,evaluations"
STATUS = "/api/v1/status/"


def results() -> Iterator[Result]:
    """Measure what integrations ask most."""
    client = caller(Membership.objects.get(role=Role.MANAGER).user)
    yield _list(client)
    yield _status(client)
    for what, address in (
        ("list of 100 activities", LIST),
        ("status of 1,000 activities", STATUS),
    ):
        yield _unchanged(client, what, address)


def _list(client: Client) -> Result:
    floors.STATEMENTS[:] = statements(client, LIST)
    return compare(
        "list of 100 activities with expansions",
        ours=lambda: _read(client, LIST),
        floor=lambda: _read(client, "/floor/rows/"),
        unit="one page",
        floor_is=f"a bare view: the same {len(floors.STATEMENTS)} statements,"
        " every row as a dict, json.dumps",
        at_most=2,
    )


def _status(client: Client) -> Result:
    asked = statements(client, STATUS)

    def floor() -> None:
        with connection.connection.cursor() as cursor:
            found = [floors.rows_of(cursor, statement) for statement in asked]
        json.dumps(found, default=str)

    return compare(
        "status of 1,000 activities",
        ours=lambda: _read(client, STATUS),
        floor=floor,
        unit="one answer",
        floor_is=f"psycopg: the same {len(asked)} statements, every row as a dict,"
        " json.dumps",
        times=2,
        at_most=2,
    )


def _unchanged(client: Client, what: str, address: str) -> Result:
    tag = client.get(address)["ETag"]

    def again() -> None:
        answer = client.get(address, headers={"If-None-Match": tag})
        assert answer.status_code == 304

    return compare(
        f"304 for the {what}",
        ours=again,
        floor=lambda: _read(client, address),
        unit="one answer",
        floor_is="200 for the same",
        times=3,
        at_most=1 / 5,
    )


def _read(client: Client, address: str) -> None:
    assert client.get(address).status_code == 200


def statements(client: Client, address: str) -> list[str]:
    """Return what an address asks the database, in order."""
    with CaptureQueriesContext(connection) as asked:
        _read(client, address)
    return [query["sql"] for query in asked.captured_queries]
