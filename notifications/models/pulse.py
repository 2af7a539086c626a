"""Signs of life of planner and senders, and the switches that stop all sending."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Heartbeat(models.Model):
    """When a part of the engine last ran, and what it did."""

    name = models.CharField(_("name"), max_length=20, primary_key=True)
    beat_at = models.DateTimeField(_("last seen"))
    counts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.name


class Breaker(models.Model):
    """Holds back all mail to a relay that answers nobody or refuses us.

    Closed, mail flows. Open, nothing is claimed until ``open_until``; then one mail
    is tried, and its fate closes the breaker or opens it for longer.
    """

    name = models.CharField(_("mail server"), max_length=120, primary_key=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    #: On the database's clock.
    open_until = models.DateTimeField(_("no mail before"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)
    #: Whether it is our own settings that are wrong, which no waiting mends.
    is_configuration = models.BooleanField(_("our configuration"), default=False)

    class Meta:
        verbose_name = _("mail server")
        verbose_name_plural = _("mail servers")

    def __str__(self) -> str:
        return self.name


class SendingHold(models.Model):
    """Keeps every mail and call here until a person says that they may leave.

    A restored database does not know what left after its backup was made: what looks
    due may have been sent long ago.
    """

    since = models.DateTimeField(_("since"))
    why = models.CharField(_("why"), max_length=200)

    class Meta:
        verbose_name = _("hold of all sending")
        verbose_name_plural = _("holds of all sending")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pk=1), name="there_is_at_most_one_hold"
            )
        ]

    def __str__(self) -> str:
        return self.why
