"""Registers the wiring with Django, so that it can have commands and tasks."""

from django.apps import AppConfig
from django.conf import settings
from django.contrib.auth.signals import user_logged_in


class ConfigConfig(AppConfig):
    """Backups, the doctor, metrics: what keeps an installation running."""

    name = "config"
    label = "config"

    def ready(self) -> None:
        """Note when logins begin; report errors and traces where they are wanted."""
        from config import afterwards, errors, second_factor, sessions

        user_logged_in.connect(sessions.begin)
        second_factor.listen()
        afterwards.listen()
        if settings.SENTRY_DSN:
            errors.report_to(settings.SENTRY_DSN, release=settings.VERSION)
        if settings.TRACES_URL:
            # An extra: only who collects traces installs what it imports.
            from config import tracing

            tracing.send_to(settings.TRACES_URL, release=settings.VERSION)
