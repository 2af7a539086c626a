"""Prometheus gets what it needs, from nobody's secrets, and alerts name what exists."""

import json
import re
from datetime import UTC, datetime, timedelta
from math import inf
from types import SimpleNamespace

import pytest
import structlog
import time_machine
import yaml
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from prometheus_client import CollectorRegistry, Histogram, values
from prometheus_client.parser import text_string_to_metric_families

from config import celery, errors, metrics
from config.backups.drill import Report
from config.backups.keeping import name_of
from notifications import hold, pulse, tasks
from notifications.models import Delivery, Webhook
from rollout.models import Job
from tests.environment import ROOT
from tests.factories import NOON, make_activity, make_member, make_programme
from tests.notifications.factories import make_message, make_webhook
from tests.test_hot_queries import ways
from workflows.engine import perform

TOKEN = "0123456789abcdefghijklmnop"
RULES = yaml.safe_load((ROOT / "docs/operations/alerts.yml").read_text())["groups"][0]
HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(settings):
    settings.METRICS_TOKEN = TOKEN
    with time_machine.travel(NOON, tick=False):
        yield


def scrape(client):
    answer = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


def test_what_the_database_knows_is_told(client, settings, tmp_path):
    settings.BACKUP_DIR = tmp_path
    (tmp_path / name_of(NOON - timedelta(hours=3))).touch()
    activity = make_activity()
    manager = make_member(activity.programme)
    activity.responsible = manager
    activity.save()
    perform(activity, "clarify", by=manager, at=NOON - timedelta(minutes=5))
    pulse.beat(pulse.PLANNER, now=NOON - timedelta(minutes=2), counts={})
    make_message(now=NOON - timedelta(minutes=10), activity=activity)
    make_message(now=NOON, activity=activity, state="dead")
    make_message(now=NOON, activity=activity, state="sent", sent_at=NOON)
    hold.hold("restored", at=NOON)

    told = scrape(client)

    assert told["rollout_heartbeat_age_seconds", ("part", "planner")] == 120
    assert told["rollout_oldest_due_mail_age_seconds",] == 600
    assert told["rollout_mails", ("state", "pending")] == 1
    assert told["rollout_mails", ("state", "dead")] == 1
    assert told["rollout_mails_sent_last_hour",] == 1
    assert told["rollout_transitions_last_hour", ("transition", "clarify")] == 1
    assert told["rollout_sending_held",] == 1
    assert told["rollout_backup_age_seconds",] == 3 * 3600
    assert told["rollout_database_up",] == 1


def make_call(**fields):
    programme = make_programme()
    webhook = make_webhook(programme, make_member(programme))
    Webhook.objects.filter(pk=webhook.pk).update(**fields)
    Delivery.objects.create(
        webhook=webhook,
        event_id="1",
        event_type="activities.updated",
        transaction=1,
        number=1,
        body="{}",
        created_at=NOON - HOUR,
        not_before=NOON - HOUR,
    )
    return programme


def test_work_that_nobody_does_is_told(client):
    programme = make_call()
    Job.objects.create(
        programme=programme,
        kind="bulk",
        by=make_member(programme),
        title="Eksempel",
        asked_at=NOON - 2 * HOUR,
    )

    told = scrape(client)

    assert told["rollout_oldest_work_age_seconds", ("kind", "job")] == 7200
    assert told["rollout_oldest_work_age_seconds", ("kind", "call")] == 3600


@pytest.mark.parametrize(
    "fields",
    [
        {"off_reason": "by_hand", "off_at": NOON},
        # On the database's clock, which runs on.
        {"paused_until": datetime(2100, 1, 1, tzinfo=UTC)},
    ],
)
def test_a_call_whose_receiver_is_left_alone_does_not_count_as_waiting(client, fields):
    make_call(**fields)

    told = scrape(client)

    assert told["rollout_oldest_work_age_seconds", ("kind", "call")] == 0


def test_calls_that_are_held_do_not_count_as_waiting(client):
    make_call()
    hold.hold("restored", at=NOON)

    told = scrape(client)

    assert told["rollout_oldest_work_age_seconds", ("kind", "call")] == 0


def test_what_was_never_backed_up_or_proved_is_infinitely_old(
    client, settings, tmp_path
):
    settings.BACKUP_DIR = tmp_path
    settings.BACKUP_IDENTITY = tmp_path / "key.txt"

    told = scrape(client)

    assert told["rollout_backup_age_seconds",] == inf
    assert told["rollout_drill_age_seconds",] == inf
    assert ("rollout_drill_faults",) not in told


def drilled(directory, *faults):
    Report(backup="x", at=NOON - HOUR, rows=1, files=0, seconds=1, faults=faults).write(
        directory
    )


def test_what_a_drill_found_is_told_wherever_it_was_made(client, settings, tmp_path):
    settings.BACKUP_DIR = tmp_path
    drilled(tmp_path, "rollout_user: 1", "rollout_place: 2")

    told = scrape(client)

    assert told["rollout_drill_faults",] == 2
    # Nobody said that drills are made here, so none is missing.
    assert ("rollout_drill_age_seconds",) not in told


def test_without_backups_of_ones_own_none_is_missing(client):
    assert not [key for key in scrape(client) if "backup" in key[0]]


def test_a_worker_gets_the_lowest_number_that_is_free(monkeypatch, tmp_path):
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    monkeypatch.setenv(metrics.WORKER_NUMBER, "")
    # Only now: it reads the environment.
    from config import gunicorn

    others = {70: SimpleNamespace(number=1), 72: SimpleNamespace(number=3)}
    worker = SimpleNamespace()

    gunicorn.pre_fork(SimpleNamespace(WORKERS=others), worker)
    gunicorn.post_fork(None, worker)

    assert metrics.process_name() == "2"


def test_a_worker_goes_on_in_the_file_of_the_one_before_it(
    monkeypatch, settings, tmp_path
):
    settings.METRICS_DIR = tmp_path
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    monkeypatch.setenv(metrics.WORKER_NUMBER, "1")

    for _life in range(2):
        monkeypatch.setattr(values, "ValueClass", metrics.shared_values())
        Histogram("one_seconds", "…", registry=CollectorRegistry()).observe(1)
    values.close_all_multiprocess_files()

    assert len(list(tmp_path.iterdir())) == 1
    assert metrics._times().get_sample_value("one_seconds_count") == 2


def test_each_thing_that_is_counted_is_found_by_an_index(client):
    with CaptureQueriesContext(connection) as asked:
        scrape(client)
    with connection.cursor() as cursor:
        # So that a table is read from end to end only where there is no other way.
        cursor.execute("SET LOCAL enable_seqscan = off")

    found = {}
    for statement in asked.captured_queries:
        for table, index in ways(statement["sql"]):
            found.setdefault(table, set()).add(index)

    assert found["notifications_message"] == {
        "message_pending_by_time",
        "message_failed_by_time",
        "message_by_time_of_sending",
    }
    assert found["notifications_reminder"] == {"reminder_missed_by_time"}
    assert found["notifications_bounce"] == {"bounce_by_time"}
    assert found["notifications_delivery"] == {"delivery_pending_by_time"}
    assert found["rollout_activitytransition"] == {"activitytransition_by_time"}
    assert found["rollout_job"] == {"job_unfinished"}


def test_requests_are_counted_by_route_and_never_by_path(client):
    client.get("/activities/987654321/")
    client.get("/nowhere/" + "s" * 50)

    told = scrape(client)

    routes = {dict(key[1:]).get("route") for key in told if "request" in key[0]}
    assert "activities/<int:pk>/" in routes
    assert "none" in routes
    assert not any("987654321" in (route or "") for route in routes)
    assert not any("sss" in (route or "") for route in routes)


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer wrong", f"Basic {TOKEN}"])
def test_a_scrape_without_the_token_is_refused(client, header):
    assert client.get("/metrics", headers={"authorization": header}).status_code == 401


def test_without_a_token_there_is_no_such_address(client):
    with override_settings(METRICS_TOKEN=""):
        answer = client.get("/metrics", headers={"authorization": "Bearer "})

    assert answer.status_code == 404


def test_alerts_and_dashboard_ask_for_figures_that_exist(client, settings, tmp_path):
    settings.BACKUP_DIR = tmp_path
    settings.BACKUP_IDENTITY = tmp_path / "key.txt"
    drilled(tmp_path)
    pulse.beat(pulse.SENDER, now=NOON, counts={})
    activity = make_activity()
    manager = make_member(activity.programme)
    activity.responsible = manager
    activity.save()
    perform(activity, "clarify", by=manager, at=NOON)
    board = json.loads((ROOT / "docs/operations/grafana.json").read_text())
    asked = [rule["expr"] for rule in RULES["rules"]]
    asked += [one["expr"] for panel in board["panels"] for one in panel["targets"]]

    client.get("/accounts/login/")
    known = {key[0] for key in scrape(client)}

    named = {name for text in asked for name in re.findall(r"rollout_\w+", text)}
    assert named <= known


def test_every_part_of_the_engine_that_falls_silent_raises_an_alert():
    asked = " ".join(rule["expr"] for rule in RULES["rules"])

    parts = "|".join(re.findall(r'part=~"([a-z|]+)"', asked)).split("|")

    assert parts == [*pulse.MAILING, *pulse.WORKING]


def test_each_alert_says_what_to_do():
    headings = {
        line.removeprefix("### ").lower()
        for line in (ROOT / "docs/operations.md").read_text().splitlines()
        if line.startswith("### ")
    }

    for rule in RULES["rules"]:
        file, anchor = rule["annotations"]["read"].split("#")
        assert file == "docs/operations.md"
        assert anchor in headings
        assert anchor == rule["alert"].lower()


def test_a_task_carries_the_request_that_asked_for_it():
    headers = {}
    task = tasks.deliver_outbox
    with structlog.contextvars.bound_contextvars(request_id="abc"):
        celery.send_request_id(headers=headers)
    task.push_request(**headers)

    try:
        celery.name_task_in_logs(task_id="t1", task=task)
        bound = structlog.contextvars.get_contextvars()
    finally:
        task.pop_request()
        celery.forget_task_in_logs()

    assert bound["request_id"] == "abc"
    assert bound["task_id"] == "t1"
    assert structlog.contextvars.get_contextvars() == {}


def test_an_error_report_says_nothing_about_people_and_opens_nothing():
    secret = "k" * 43
    event = {
        "request": {
            "url": f"https://rollout.example.org/l/{secret}/",
            "data": {"note": "Fru Jensen"},
            "cookies": {"session": secret},
            "query_string": f"token={secret}",
            "headers": {"Authorization": f"Bearer {secret}"},
            "env": {"REMOTE_ADDR": "203.0.113.9"},
        },
        "transaction": f"/l/{secret}/",
        "user": {"email": "a@example.org"},
        "exception": {
            "values": [
                {
                    "type": "IntegrityError",
                    "value": "Key (email)=(a@example.org) exists",
                }
            ]
        },
        "logentry": {"message": "no mail to %s", "params": ["a@example.org"]},
        "extra": {"name": "Fru Jensen"},
    }

    sent = json.dumps(errors.scrub(event, {}))

    for word in (secret, "Jensen", "203.0.113.9", "a@example.org"):
        assert word not in sent
    assert "IntegrityError" in sent
    assert "no mail to %s" in sent
