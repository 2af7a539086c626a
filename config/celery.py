"""The Celery application. The database is the queue; Celery is the pump."""

import os
from logging.config import dictConfig
from typing import Any

from celery import Celery
from celery.signals import beat_init, celeryd_init, setup_logging
from django.conf import settings

from config import embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("rollout")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**kwargs: Any) -> None:
    """Stop Celery from replacing the log format that the settings chose."""
    dictConfig(settings.LOGGING)


@celeryd_init.connect
@beat_init.connect
def start_embedded_servers(**kwargs: Any) -> None:
    """Start what the settings do not name, as `manage.py` does."""
    embedded.start_for_settings()
