"""The Celery application. The database is the queue; Celery is the pump."""

import os
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
)
from django.conf import settings

from config import embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

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
