"""Reports and files are read from the replica, and never show less than was saved."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from django.db import connection, connections, router, transaction
from django.test.utils import CaptureQueriesContext

from config.databases import databases
from rollout import replica
from rollout.models import Programme, Report
from tests import standby
from tests.api.conftest import Caller
from tests.environment import SERVERS
from tests.factories import make_activity, make_member, make_programme, make_user
from tests.rollout.test_figures import evictions

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def known_as_replica(**where):
    """Let the product take another address of the test's database for a replica."""
    own = connection.settings_dict
    made = databases(
        "postgres://x/x",
        direct_url="",
        replica_url=f"postgres://postgres@/{own['NAME']}",
        program="pytest",
        statement_timeout="30s",
    )["replica"]
    connections.settings[replica.ALIAS] = own | {
        "OPTIONS": made["OPTIONS"],
        "HOST": str(SERVERS.sockets),
        **where,
    }
    alias = connections[replica.ALIAS]

    def connect():
        if alias.connection is None:
            with alias.wrap_database_errors:
                alias.connect()

    # Django lets tests reach only what there was when they began.
    alias.ensure_connection = connect
    router.routers = [replica.Router()]
    try:
        yield alias
    finally:
        connections[replica.ALIAS].close()
        del connections[replica.ALIAS], connections.settings[replica.ALIAS]
        del router.routers


@pytest.fixture
def same_server():
    with known_as_replica() as alias:
        yield alias


def tables_read(captured):
    return {
        name
        for name in ("rollout_activity", "rollout_report", "rollout_programme")
        for query in captured
        if f'FROM "{name}"' in query["sql"]
    }


@pytest.mark.parametrize("kind", ["csv", "ndjson", "xlsx"])
def test_a_list_as_a_file_is_read_from_the_replica_to_its_end(kind, same_server):
    activity = make_activity()
    caller = Caller(make_member(activity.programme))

    here = CaptureQueriesContext(connection)
    with here, CaptureQueriesContext(same_server) as there:
        answer = caller.ask(f"activities/?format={kind}")
        assert len(answer.getvalue()) > 100

    assert "rollout_activity" in tables_read(there)
    assert "rollout_activity" not in tables_read(here)


def test_a_report_is_read_there_and_a_page_is_not(client, same_server):
    programme = evictions(7, 5).programme
    client.force_login(make_member(programme))
    data = {"new-kind": "board", "new-first": "", "new-last": ""}
    client.post(f"/reports/new/{programme.pk}/", data)
    report = Report.objects.get()

    with CaptureQueriesContext(same_server) as there:
        for address in ("", "files/xlsx/", "?compare=1"):
            assert client.get(f"/reports/{report.pk}/{address}").status_code == 200
    with CaptureQueriesContext(same_server) as of_pages:
        client.get("/")
        client.get(f"/reports/?programme={programme.code}")
    with CaptureQueriesContext(same_server) as of_a_file:
        client.get(f"/reports/?programme={programme.code}&format=csv")

    assert "rollout_report" in tables_read(there)
    assert len(of_pages) == 0
    assert "rollout_report" in tables_read(of_a_file)


@pytest.mark.parametrize("address", ["/national/", "/profile/data/"])
def test_other_heavy_pages_ask_for_nothing_that_a_replica_refuses(
    address, client, same_server
):
    client.force_login(make_user(is_national_observer=True))

    with CaptureQueriesContext(same_server) as there:
        assert client.get(address).status_code == 200

    assert len(there) > 1


def test_who_writes_reads_from_then_on_what_was_written(same_server):
    with replica.reading_from(replica.choose()):
        assert Programme.objects.all().db == replica.ALIAS
        made = make_programme()

        assert Programme.objects.get(pk=made.pk)._state.db == "default"
    assert replica.chosen() == "default"


def test_in_a_transaction_nothing_is_read_elsewhere(same_server):
    with transaction.atomic():
        assert replica.choose() == "default"


def test_a_replica_that_does_not_answer_is_passed_over(caplog):
    with known_as_replica(PORT="1"):
        assert replica.choose() == "default"

    assert "passed over" in caplog.text


def test_without_a_replica_there_is_nothing_to_choose():
    with CaptureQueriesContext(connection) as asked:
        assert replica.choose() == "default"

    assert len(asked) == 0


@pytest.mark.long
@pytest.mark.processes
def test_a_real_replica_is_read_once_it_knows_what_was_saved(monkeypatch):
    with standby.following() as session, known_as_replica(PORT=standby.PORT):
        assert replica.choose() == replica.ALIAS

        activity = make_activity()
        caller = Caller(make_member(activity.programme))
        with CaptureQueriesContext(connections[replica.ALIAS]) as there:
            first = caller.ask("activities/?format=csv").getvalue()
        assert "rollout_activity" in tables_read(there)

        session.execute("SELECT pg_wal_replay_pause()")
        monkeypatch.setattr(replica, "PATIENCE", 0)
        make_activity(programme=activity.programme)
        assert replica.choose() == "default"
        second = caller.ask("activities/?format=csv").getvalue()

    assert (first.count(b"\n"), second.count(b"\n")) == (2, 3)
