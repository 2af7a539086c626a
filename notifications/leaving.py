"""Whether this worker was asked to end: its senders then stop between two mails.

Celery tells only the worker itself, which then waits for its processes. They have one
byte of memory in common, since before they were forked.
"""

from __future__ import annotations

import mmap
from typing import Any

from celery.signals import worker_shutting_down

_asked = mmap.mmap(-1, 1)


@worker_shutting_down.connect
def ask(**kwargs: Any) -> None:
    """Ask the processes of this worker to come to an end."""
    _asked[0] = True


def must_stop() -> bool:
    """Say whether somebody asked this worker to end."""
    return bool(_asked[0])
