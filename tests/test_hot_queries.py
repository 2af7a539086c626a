"""What is asked most finds its rows by an index, with the data of a whole country.

A plan that begins to read a large table from end to end fails here. Which index serves
which address is kept in `tests/hot_queries.json`; `REWRITE_PLANS=1` writes it anew.
"""

import json
import os

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from benchmarks import scale
from benchmarks.floors import NOON
from notifications import calendar, compose, outbox, reminders
from rollout.models import Activity, ApiToken, Milestone, User
from tests.environment import ROOT

EXPECTED = ROOT / "tests" / "hot_queries.json"
#: Rows from which on nobody wants to read all of a table. One of 6,000 is some hundred
#: blocks, which PostgreSQL rightly reads in one go where much of them is wanted.
LARGE = 20_000
PAGES = (
    "/",
    "/activities/{activity}/",
    "/my-work/",
    "/board/",
    "/attention/",
    "/live/programmes/1/",
    "/live/activities/{activity}/",
)
ANSWERS = (
    "/api/v1/activities/?page_size=100&expand=milestones,conditions",
    "/api/v1/status/",
    "/api/v1/changes/",
)
SENDING = "the outbox, a batch that is claimed"
#: What is asked each few seconds, whoever works: it shares what it asks with /readyz.
METRICS = "/metrics"


def fill():
    """Write a country whose tables are as full as after a year."""
    scale.fill(scale.TIERS["M"])
    # The triggers that rested meanwhile tell of each of these: 60,000 changes.
    Milestone.objects.update(note="Efter mødet")
    calendar.refresh(on=NOON.date())
    reminders.plan(now=NOON)
    compose.compose(now=NOON, any_time=True)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def asked():
    """Yield each address with the statements that it asks."""
    manager = User.objects.get(pk=1)
    activity = Activity.objects.filter(programme=1, state="launched").first()
    browser = Client()
    browser.force_login(manager)
    _token, secret = ApiToken.objects.issue(manager, "plans", at=NOON)
    program = Client(headers={"Authorization": f"Bearer {secret}"})
    watcher = Client(headers={"Authorization": f"Bearer {settings.METRICS_TOKEN}"})
    asking = ((browser, PAGES), (program, ANSWERS), (watcher, (METRICS,)))
    for client, addresses in asking:
        for address in addresses:
            with CaptureQueriesContext(connection) as found:
                answer = client.get(address.format(activity=activity.pk))
            assert answer.status_code == 200, address
            yield address, [one["sql"] for one in found.captured_queries]
    with CaptureQueriesContext(connection) as found:
        outbox._Run(now=NOON, any_time=True, times=outbox.Timing()).claim()
    yield SENDING, [one["sql"] for one in found.captured_queries]


def large_tables():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples > %s",
            [LARGE],
        )
        return {name for (name,) in cursor.fetchall()}


def ways(statement):
    """Yield each table that a statement reads, and the index by which; None: all."""
    if statement.split()[0] not in {"SELECT", "UPDATE", "WITH", "INSERT"}:
        return
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}")
        [plan] = json.loads(json.dumps(cursor.fetchone()[0]))
    yield from _ways(plan["Plan"], None)


def _ways(node, table):
    kind, table = node["Node Type"], node.get("Relation Name", table)
    if kind == "Seq Scan":
        yield table, None
    elif "Index Name" in node:
        yield table, node["Index Name"]
    for below in node.get("Plans", ()):
        yield from _ways(below, table)


@pytest.mark.long
@pytest.mark.django_db
def test_what_is_asked_most_reads_no_large_table_from_end_to_end():
    fill()
    large = large_tables()
    assert {"rollout_milestone", "rollout_change"} <= large

    found, whole = {}, {}
    with (
        time_machine.travel(NOON, tick=False),
        override_settings(METRICS_TOKEN="0123456789abcdefghijklmnop"),
    ):
        for address, statements in asked():
            served = found.setdefault(address, {})
            read = [(sql, *way) for sql in statements for way in ways(sql)]
            for sql, table, index in read:
                if table not in large:
                    continue
                if index is None:
                    whole[address, table] = sql
                else:
                    served.setdefault(table, set()).add(index)

    shown = {
        address: {table: sorted(names) for table, names in sorted(served.items())}
        for address, served in found.items()
    }
    if os.environ.get("REWRITE_PLANS"):
        EXPECTED.write_text(json.dumps(shown, indent=1) + "\n", encoding="utf-8")
    assert whole == {}
    assert shown == json.loads(EXPECTED.read_text(encoding="utf-8"))
