"""Registers the domain with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RolloutConfig(AppConfig):
    """Programme, places, partners, activities, milestones, monitoring."""

    name = "rollout"
    verbose_name = _("Programme")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the permissions, and let no free text hold a CPR number."""
        from rollout import permissions  # noqa: F401  (registers itself)
        from rollout.cpr import guard

        guard(self.get_models())
