"""What takes long waits in a queue of its own, in the real Redis."""

import pytest
from django.utils import timezone

from config import queues
from config.celery import app
from config.doctor import Health, workers
from config.schedule import BEAT_SCHEDULE
from tests.notifications.factories import make_message

LONG = {
    "config.tasks.keep_backups",
    "config.tasks.keep_periods",
    "rollout.tasks.carry_out_jobs",
}


@pytest.fixture
def waiting(redis_server):
    """Return how many tasks wait in each queue."""
    return lambda: {
        name: number for name in queues.NAMES if (number := redis_server.llen(name))
    }


@pytest.mark.parametrize(
    ("task", "queue"),
    [
        ("notifications.tasks.plan_reminders", "default"),
        ("notifications.tasks.deliver_outbox", "mail"),
        ("notifications.tasks.deliver_webhooks", "webhooks"),
        *((task, "reports") for task in sorted(LONG)),
    ],
)
def test_a_task_waits_in_its_own_queue_and_no_other(task, queue, waiting):
    app.send_task(task)

    assert waiting() == {queue: 1}


def test_every_route_leads_from_a_task_that_there_is():
    app.loader.import_default_modules()

    assert set(queues.ROUTES) <= set(app.tasks)
    assert {entry["task"] for entry in BEAT_SCHEDULE.values()} <= set(app.tasks)


def test_a_queue_that_nobody_would_serve_is_refused(redis_server):
    with pytest.raises(LookupError):
        app.send_task("notifications.tasks.plan_reminders", queue="mial")


def test_that_no_worker_answers_is_found(redis_server, monkeypatch):
    monkeypatch.setattr(workers, "PATIENCE", (0.05,))

    [finding] = workers.served(timezone.now())

    assert finding.health is Health.ILL
    assert finding.what == "Ingen worker svarer."


@pytest.mark.processes
@pytest.mark.slow
def test_a_worker_of_mail_sends_while_long_work_waits_for_its_own(
    start_worker, smtp_sink, waiting
):
    make_message()
    start_worker(queues=["mail"])

    app.send_task("rollout.tasks.carry_out_jobs")
    app.send_task("notifications.tasks.deliver_outbox")
    smtp_sink.wait_for(1)
    [finding] = workers.served(timezone.now())

    assert waiting() == {"reports": 1}
    assert finding.what.endswith("webhooks, reports, default.")
