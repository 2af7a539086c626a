"""The Celery application. The database is the queue; Celery is the pump."""

import os
import signal
from logging.config import dictConfig
from typing import Any

import structlog
from celery import Celery
from celery.signals import (
    beat_init,
    before_task_publish,
    celeryd_init,
    setup_logging,
    task_postrun,
    task_prerun,
    worker_shutting_down,
)
from django.conf import settings

from config import embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

#: Seconds that a worker which is asked to end waits for what takes long; whoever asks
#: waits for 60.
LEAVING_SECONDS = 30

app = Celery("rollout", task_cls="config.acks:StrictTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**kwargs: Any) -> None:
    """Stop Celery from replacing the log format that the settings chose."""
    dictConfig(settings.LOGGING)


@before_task_publish.connect
def send_request_id(headers: dict[str, Any], **kwargs: Any) -> None:
    """Let a task know which request asked for it."""
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    if request_id:
        headers["request_id"] = request_id


@task_prerun.connect
def name_task_in_logs(task_id: str, task: Any, **kwargs: Any) -> None:
    """Put the task, and the request that asked for it, into each of its log lines."""
    structlog.contextvars.clear_contextvars()
    known = {"task": task.name, "task_id": task_id}
    request_id = task.request.get("request_id")
    structlog.contextvars.bind_contextvars(
        **known, **({"request_id": request_id} if request_id else {})
    )


@task_postrun.connect
def forget_task_in_logs(**kwargs: Any) -> None:
    """Leave nothing for the next task."""
    structlog.contextvars.clear_contextvars()


@celeryd_init.connect
@beat_init.connect
def start_embedded_servers(**kwargs: Any) -> None:
    """Start what the settings do not name, as `manage.py` does."""
    embedded.start_for_settings()


@worker_shutting_down.connect
def end_what_takes_long(how: str, **kwargs: Any) -> None:
    """End a job or a backup that goes on for longer, instead of waiting to be killed.

    It is undone and leaves nothing behind; another worker begins it anew. Senders have
    stopped by then (`notifications.leaving`). Celery's own REMAP_SIGTERM would wait for
    as long whenever anything is under way, and end senders in the middle of a mail.
    """
    if how == "Warm":
        # As a second signal would: each process is ended, and cleans up.
        signal.signal(signal.SIGALRM, signal.getsignal(signal.SIGQUIT))
        signal.alarm(LEAVING_SECONDS)
