"""Prometheus gets what it needs, from nobody's secrets, and alerts name what exists."""

import json
import re
from datetime import timedelta

import pytest
import structlog
import time_machine
import yaml
from django.test import override_settings
from prometheus_client.parser import text_string_to_metric_families

from config import celery, errors
from config.backups.keeping import name_of
from notifications import hold, pulse, tasks
from tests.environment import ROOT
from tests.factories import NOON, make_activity, make_member
from tests.notifications.factories import make_message
from workflows.engine import perform

TOKEN = "0123456789abcdefghijklmnop"
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
    (tmp_path / name_of(NOON)).touch()
    pulse.beat(pulse.SENDER, now=NOON, counts={})
    activity = make_activity()
    manager = make_member(activity.programme)
    activity.responsible = manager
    activity.save()
    perform(activity, "clarify", by=manager, at=NOON)
    rules = yaml.safe_load((ROOT / "docs/operations/alerts.yml").read_text())
    board = json.loads((ROOT / "docs/operations/grafana.json").read_text())
    asked = [rule["expr"] for rule in rules["groups"][0]["rules"]]
    asked += [one["expr"] for panel in board["panels"] for one in panel["targets"]]

    client.get("/accounts/login/")
    known = {key[0] for key in scrape(client)}

    named = {name for text in asked for name in re.findall(r"rollout_\w+", text)}
    assert named <= known


def test_each_alert_says_what_to_do():
    rules = yaml.safe_load((ROOT / "docs/operations/alerts.yml").read_text())
    headings = {
        line.removeprefix("### ").lower()
        for line in (ROOT / "docs/operations.md").read_text().splitlines()
        if line.startswith("### ")
    }

    for rule in rules["groups"][0]["rules"]:
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
