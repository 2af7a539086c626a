"""Registers the mechanism and its system checks with Django."""

from django.apps import AppConfig


class WorkflowsConfig(AppConfig):
    """State machines with guards, one transactional engine, provable history."""

    name = "workflows"
    verbose_name = "Workflows"

    def ready(self) -> None:
        """Register the checks for unknown, unreachable and dead-end states."""
        from workflows import checks  # noqa: F401  (registers itself)
