"""Registers the wiring with Django, so that it can have commands and tasks."""

from django.apps import AppConfig
from django.conf import settings


class ConfigConfig(AppConfig):
    """Backups, the doctor, metrics: what keeps an installation running."""

    name = "config"
    label = "config"

    def ready(self) -> None:
        """Report errors from now on, where the settings say to whom."""
        from config import errors

        if settings.SENTRY_DSN:
            errors.report_to(settings.SENTRY_DSN, release=settings.VERSION)
