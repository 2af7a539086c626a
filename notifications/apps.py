"""Registers the reaction with Django."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """Reminders, messages and their delivery."""

    name = "notifications"
    verbose_name = _("Notifications")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to transitions, and make the default ladders after migrating."""
        from notifications import ladder, receivers
        from rollout.cpr import guard

        guard(self.get_models())
        receivers.connect()
        post_migrate.connect(
            ladder.after_migrate, sender=self, dispatch_uid="notifications.ladders"
        )
