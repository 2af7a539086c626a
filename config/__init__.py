"""Wiring: settings, URLs, the Celery application and the embedded servers.

The Celery application is imported here so that every task finds it, in whichever
process the task is called.
"""

from config.collector import load_in_peace

load_in_peace()

from config.celery import app as celery_app  # noqa: E402 - and all that it loads

__all__ = ["celery_app"]
