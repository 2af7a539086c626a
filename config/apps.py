"""Registers the wiring with Django, so that it can have commands and tasks."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Backups, the doctor, metrics: what keeps an installation running."""

    name = "config"
    label = "config"
