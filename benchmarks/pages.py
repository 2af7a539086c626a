"""Pages beside a bare view that asks the same statements and shows a plain table."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks import floors
from benchmarks.measure import Result, compare
from rollout.models import Membership, Programme, Role

#: What stands before the statement itself where a list is read in chunks.
_CURSOR = re.compile(r'DECLARE "\w+" .*? FOR (?=SELECT)')


def results() -> Iterator[Result]:
    """Measure the overviews of one very large programme."""
    programme = Programme.objects.get()
    manager = Membership.objects.get(programme=programme, role=Role.MANAGER).user
    client = Client()
    client.force_login(manager)
    yield _page(client, "overview of 1,000 activities", "/")
    yield _page(client, "monitoring of 200,000 measurements", "/monitoring/")


def _page(client: Client, name: str, address: str) -> Result:
    before = len(_statements(client, "/floor/nothing/"))
    floors.STATEMENTS[:] = _statements(client, address)[before:]

    def ours() -> None:
        assert client.get(address).status_code == 200

    def floor() -> None:
        assert client.get("/floor/page/").status_code == 200

    return compare(
        name,
        ours=ours,
        floor=floor,
        unit="one page",
        floor_is=f"the same {len(floors.STATEMENTS)} statements, one plain table",
        times=2,
        at_most=2,
    )


def _statements(client: Client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return [
        _CURSOR.sub("", query["sql"])
        for query in asked.captured_queries
        # What a cursor is declared for is asked at once; there is none to close.
        if not query["sql"].startswith("CLOSE ")
    ]
