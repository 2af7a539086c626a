"""Listeners of the feed: told at once, in order, resumed, and cheap to have many of."""

from __future__ import annotations

import http.client
import json
import resource
import sys
from contextlib import contextmanager

import pytest
from django.db import connection
from django.utils import timezone

from config.children import first_free
from rollout.models import Activity, ApiToken, Membership
from tests.factories import (
    make_activity,
    make_member,
    make_milestone,
    make_partner,
    make_programme,
)
from tests.processes import PATIENCE_SECONDS, Process

from .conftest import Caller

pytestmark = [
    pytest.mark.processes,
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
]

#: How many listen with one token: as many as it may.
OF_ONE_TOKEN = 20


@pytest.fixture
def _on_a_fixed_day():
    """The server has a clock of its own; leave ours alone."""


@pytest.fixture(scope="module")
def port(django_db_setup, tmp_path_factory):
    """The port of a running server for listeners."""
    port = first_free([])
    server = Process(
        name="events",
        command=[sys.executable, "-m", "config.events"],
        env={"PORT": str(port)},
        log=tmp_path_factory.mktemp("events") / "events.log",
    ).start()
    server.wait_until(lambda: is_well(port), what="the server for listeners answers")
    yield port
    server.stop()
    assert "Traceback" not in server.log.read_text()


def is_well(port):
    peer = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        peer.request("GET", "/healthz")
        return peer.getresponse().status == 200
    except OSError:
        return False
    finally:
        peer.close()


@pytest.fixture
def programme():
    return make_programme()


@pytest.fixture
def manager(programme):
    return make_member(programme)


@pytest.fixture
def activity(programme, manager):
    return make_activity(programme=programme, responsible=manager)


def token_of(user):
    return ApiToken.objects.issue(user, "test", at=timezone.now())[1]


class Listener:
    """One connection that is listened to."""

    def __init__(self, port, token, path="/api/v1/events/", **headers):
        self.peer = http.client.HTTPConnection(
            "127.0.0.1", port, timeout=PATIENCE_SECONDS
        )
        self.peer.request(
            "GET", path, headers={"Authorization": f"Bearer {token}"} | headers
        )
        self.answer = self.peer.getresponse()
        if self.answer.status == 200:
            assert self.answer.readline() == b"retry: 3000\n"
            self.answer.readline()

    def hear(self):
        """Return the next event; None where the stream has ended."""
        event = {}
        while line := self.answer.readline().decode():
            if line == "\n" and event:
                return event
            name, _colon, value = line.rstrip("\n").partition(": ")
            if name:
                event[name] = value
        return None

    def close(self):
        self.answer.close()
        self.peer.close()


@contextmanager
def listening(*args, **headers):
    listener = Listener(*args, **headers)
    yield listener
    listener.close()


def note(activity, text):
    Activity.objects.filter(pk=activity.pk).update(note=text)


def test_a_listener_is_told_at_once_and_goes_on_where_it_was(port, manager, activity):
    token = token_of(manager)
    with listening(port, token) as listener:
        note(activity, "1")
        first = listener.hear()
    note(activity, "2")
    note(activity, "3")

    with listening(port, token, **{"Last-Event-ID": first["id"]}) as listener:
        missed = [listener.hear() for _n in range(2)]
        note(activity, "4")
        now = listener.hear()

    told = [json.loads(one["data"]) for one in (first, *missed, now)]
    assert {one["event"] for one in (first, *missed, now)} == {"activities.updated"}
    versions = [one["version"] for one in told]
    assert versions == [activity.version + n for n in range(1, 5)]
    assert told[0]["changed"] == ["note"]


def test_an_id_is_a_cursor_of_the_feed(port, manager, activity):
    client = Caller()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_of(manager)}")
    since = client.ask("changes/").json()["cursor"]
    note(activity, "1")

    path = f"/api/v1/events/?since={since}&resource=activities"
    with listening(port, token_of(manager), path) as listener:
        heard = listener.hear()
    rest = client.ask("changes/", data={"since": heard["id"]})

    assert rest.status_code == 200, rest.content
    assert rest.json()["results"] == []


def test_what_one_change_brings_is_not_torn_apart(port, programme, activity):
    partner = make_partner(programme=programme)
    make_milestone(activity=activity)
    member = make_member(programme, "partner", partner=partner)

    with listening(port, token_of(member)) as listener:
        activity.contributors.add(partner)
        heard = [listener.hear() for _n in range(5)]

    # The activity, three aspects, one milestone: one change, one place in the feed.
    assert ["id" in one for one in heard] == [False] * 4 + [True]


def test_a_partner_hears_only_of_its_own(port, programme, activity):
    partner = make_partner(programme=programme)
    member = make_member(programme, "partner", partner=partner)
    foreign = make_activity(programme=programme)

    with listening(port, token_of(member)) as listener:
        note(foreign, "fremmed")
        own = make_milestone(activity=activity, responsible_partner=partner)
        heard = [json.loads(listener.hear()["data"]) for _n in range(2)]

    assert {(one["resource"], one["id"]) for one in heard} == {
        ("milestones", own.pk),
        ("activities", activity.pk),
    }


def test_a_revoked_token_hears_no_more(port, manager, activity):
    with listening(port, token_of(manager)) as listener:
        ApiToken.objects.update(revoked_at=timezone.now())
        note(activity, "hemmeligt")

        assert listener.hear() is None


def test_other_rights_end_the_stream_and_need_a_new_beginning(port, manager, activity):
    token = token_of(manager)
    with listening(port, token) as listener:
        note(activity, "1")
        last = listener.hear()["id"]
        Membership.objects.filter(user=manager).update(role="observer")
        ended = listener.hear()
    with listening(port, token, **{"Last-Event-ID": last}) as again:
        problem = json.loads(again.answer.read())

    assert ended is None
    assert (again.answer.status, problem["code"]) == (410, "gone")


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/api/v1/events/", {"Authorization": "Bearer no"}, 401),
        ("/api/v1/events/?since=x", {}, 400),
        ("/api/v1/events/?stat=x", {}, 400),
        ("/api/v1/events/?programme=nowhere", {}, 404),
        ("/api/v1/events/", {"Accept": "text/csv"}, 406),
        ("/api/v1/activities/", {}, 404),
    ],
)
def test_who_may_not_listen_is_told_why(port, manager, path, headers, status):
    with listening(port, token_of(manager), path, **headers) as listener:
        answer = listener.answer
        problem = json.loads(answer.read())

    assert (answer.status, problem["status"]) == (status, status)
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_one_token_does_not_take_all_places(port, manager):
    token = token_of(manager)
    listeners = [Listener(port, token) for _n in range(OF_ONE_TOKEN + 1)]

    assert [one.answer.status for one in listeners].count(429) == 1
    for one in listeners:
        one.close()


@pytest.mark.parametrize("many", [60, pytest.param(1000, marks=pytest.mark.long)])
def test_many_idle_listeners_cost_few_connections_and_all_are_told(
    many, port, programme, manager, activity
):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(hard, many * 3)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    before = connections()
    tokens = [
        token_of(make_member(programme, "observer"))
        for _n in range(many // OF_ONE_TOKEN)
    ]
    listeners = [Listener(port, token) for token in tokens * OF_ONE_TOKEN]

    note(activity, "til alle")
    heard = [json.loads(one.hear()["data"])["id"] for one in listeners]
    during = connections()

    assert heard == [activity.pk] * many
    assert during - before <= 4
    for one in listeners:
        one.close()


def connections():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        )
        return cursor.fetchone()[0]


def test_without_a_server_for_listeners_the_address_is_not_there(manager):
    client = Caller()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_of(manager)}")

    assert client.ask("events/").status_code == 404
