"""Lets a worker connect anew where the broker did not hear that a task is done.

Celery only notes that in its log. The task then counts as under way for ever, and a
worker that may hold no more than its processes ceases to fetch tasks, though it lives
and answers a ping. A new connection begins the count anew; what was not acknowledged
is delivered again, which every task here bears.
"""

from __future__ import annotations

from typing import Any

from celery import Task
from celery.worker.request import Request


class StrictRequest(Request):
    """A task in a worker's hands; an acknowledgement that fails is no secret."""

    def __init__(self, message: Any, **options: Any) -> None:
        # These are what Celery would swallow; its event loop connects anew on them.
        super().__init__(message, **options | {"connection_errors": ()})


class StrictTask(Task[Any, Any]):
    """Any task here."""

    Request = "config.acks:StrictRequest"
