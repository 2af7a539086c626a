"""When those meet who follow the programme, so that its manager is prepared."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rollout.models.programme import Programme
from rollout.models.visibility import VisibleQuerySet


class MeetingKind(models.TextChoices):
    """Who meets."""

    BOARD = "board", _("board meeting")
    COUNCIL = "council", _("city council meeting")
    COMMITTEE = "committee", _("committee meeting")


class MeetingQuerySet(VisibleQuerySet["Meeting"]):
    """Meetings and their filters."""


class Meeting(models.Model):
    """A meeting at which the programme is on the agenda."""

    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="meetings", verbose_name=_("programme")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=MeetingKind)
    #: Which board or committee; empty where the kind says it all.
    body = models.CharField(_("who meets"), max_length=120, blank=True)
    held_on = models.DateField(_("held on"))
    #: Working days before the meeting on which its summary is mailed.
    notice_days = models.PositiveSmallIntegerField(
        _("summary so many working days before"), default=5
    )

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["programme", "held_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "kind", "body", "held_on"],
                name="meeting_is_unique",
            ),
            models.CheckConstraint(
                name="meeting_kind_is_known",
                condition=Q(kind__in=MeetingKind.values),
            ),
            # Longer ahead, a summary would speak of a programme that has moved on.
            models.CheckConstraint(
                name="meeting_notice_is_within_a_quarter",
                condition=Q(notice_days__gte=1, notice_days__lte=60),
            ),
        ]

    def __str__(self) -> str:
        kind = str(self.get_kind_display()).capitalize()
        return f"{kind} ({self.body})" if self.body else kind
