"""Everything works where PgBouncer gives each transaction another session."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from django.db import connection

from config.databases import LIMITS
from config.doctor import Health, servers
from notifications import outbox, planner
from notifications.models import Message
from notifications.outbox import Timing
from notifications.rehearsal import rehearse
from rollout import jobs, services
from rollout.models import Activity, Change, Job
from tests import pgbouncer
from tests.api.conftest import Caller
from tests.factories import NOON, make_activity, make_member, make_programme, make_user
from tests.notifications.factories import at, make_due_milestone
from tests.rollout.activity_page.scene import page
from tests.rollout.test_web_overview import text_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def _pgbouncer(django_db_setup):
    if pgbouncer.program() is None:
        pytest.skip("no pgbouncer: install it (apt-get install pgbouncer)")
    with pgbouncer.running():
        yield


@pytest.fixture(autouse=True)
def _pooled(transactional_db, _pgbouncer):
    """Let the product take PgBouncer for its database, in every thread."""
    own = connection.settings_dict
    before = dict(own)
    made = pgbouncer.settings()
    connection.close()
    own |= {key: made[key] for key in ("HOST", "PORT", "OPTIONS")} | {
        "NAME": "rollout",
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }
    yield
    connection.close()
    own |= before


def value(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def test_each_transaction_has_another_session():
    seen = Counter(value("SELECT pg_backend_pid()") for _ in range(6))

    assert sorted(seen.values()) == [2, 2, 2]


def test_every_session_is_limited_and_reads_times_as_utc():
    names = [*LIMITS, "statement_timeout", "TimeZone", "application_name"]

    told = {
        tuple(value(f"SHOW {name}") for name in names)
        for _ in range(pgbouncer.SESSIONS)
    }

    assert told == {("5s", "1min", "on", "30s", "UTC", "pytest")}
    found = [one.what for one in servers.postgresql(NOON) if one.health != Health.WELL]
    assert not any("grænser" in what for what in found)


def test_a_page_moves_an_activity_and_the_record_names_who_did_it(client):
    activity = make_activity(state="in_clarification")
    manager = make_member(activity.programme)
    client.force_login(manager)

    answer = client.post(
        page(activity, "transitions/launch/"),
        {"launch-version": activity.version},
        follow=True,
    )

    assert "Aktiviteten er nu iværksat." in text_of(answer)
    newest = Change.objects.filter(kind="activity").latest("pk")
    assert (newest.row["state"], newest.by_id) == ("launched", manager.pk)


def test_what_nobody_did_names_the_program():
    activity = make_activity()

    Activity.objects.filter(pk=activity.pk).update(note="Efter")

    assert Change.objects.filter(kind="activity").latest("pk").through == "pytest"


def test_reminders_are_planned_claimed_and_sent_once(smtp_sink):
    person = make_user()
    make_due_milestone("2026-04-15", responsible=person)

    for _twice in range(2):
        planner.run(now=at("2026-04-15", 12))
        outbox.deliver(now=at("2026-04-15", 12), times=Timing(jitter=0, pause_scale=0))

    assert [mail.recipients for mail in smtp_sink.received] == [[person.email]]
    assert {one.state for one in Message.objects.all()} == {"sent"}


def test_a_program_is_answered_once_and_gets_long_lists_and_past_days():
    activity = make_activity(state="in_clarification")
    caller = Caller(make_member(activity.programme))
    body = {"transition": "postpone", "reason": "Vi venter."}

    first, again = (
        caller.send(
            f"activities/{activity.pk}/transitions/",
            body,
            match=activity,
            **{"Idempotency-Key": "a-1"},
        )
        for _twice in range(2)
    )
    table = caller.ask("activities/?format=csv")
    past = caller.ask(f"status/?programme={activity.programme.code}&as_of=2026-03-02")

    assert (first.status_code, again.content) == (200, first.content)
    assert activity.history.count() == 2
    assert str(activity.initiative.code) in table.getvalue().decode()
    assert past.status_code == 200, past.content


def test_long_work_tells_how_far_it_is_and_ends():
    programme = make_programme()
    manager = make_member(programme)
    activities = [make_activity(programme=programme) for _number in range(2)]
    chosen = {one.pk: one.version for one in activities}
    change = services.Assign(manager)
    jobs.ask_for_change(programme, chosen, change, title="", by=manager, at=NOON)

    assert jobs.carry_out_next(now=lambda: NOON)

    assert Job.objects.get().state == "done"
    assert set(Activity.objects.values_list("responsible")) == {(manager.pk,)}


def test_a_rehearsal_leaves_no_trace():
    milestone = make_due_milestone("2026-04-15")
    day = milestone.due_on

    found = rehearse(now=at("2026-04-01"), first=date(2026, 4, 1), last=day)

    assert found.mails
    assert not Message.objects.exists()
    assert {value("SELECT 'notifications_message'::regclass::oid") for _ in "123"} == {
        value("SELECT oid FROM pg_class WHERE relname = 'notifications_message'")
    }
