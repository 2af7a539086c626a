"""Does what can wait once the answer has gone out, so that its time tells nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import structlog
from django.core.signals import request_finished

log = structlog.get_logger(__name__)

#: What the requests of this thread have put off; one is answered at a time.
_put_off = threading.local()


def after_answer(work: Callable[[], object]) -> None:
    """Do this when the answer to the request of this thread has been given.

    Outside of requests nothing is answered, so nothing is done. What goes wrong then
    can be told to nobody; it is logged.
    """
    _put_off.__dict__.setdefault("work", []).append(work)


def listen() -> None:
    """Hear from Django when an answer has been given."""
    request_finished.connect(_work_off, dispatch_uid=__name__)


def _work_off(**kwargs: Any) -> None:
    for work in _put_off.__dict__.pop("work", ()):
        try:
            work()
        except Exception:
            log.exception("what was to be done after an answer went wrong")
