"""Wiring: settings, URLs, the Celery application and the embedded servers.

The Celery application is imported here so that every task finds it, in whichever
process the task is called.
"""

from config.celery import app as celery_app

__all__ = ["celery_app"]
