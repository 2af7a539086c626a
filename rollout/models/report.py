"""Reports: what a board, LBF or a committee was told, as it was told on that day."""

from __future__ import annotations

import pgtrigger
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from rollout.models.meeting import Meeting
from rollout.models.people import Language, Role, User
from rollout.models.programme import Programme
from rollout.models.visibility import VisibleQuerySet
from workflows.models import VersionedModel
from workflows.triggers import version_trigger


class ReportKind(models.TextChoices):
    """What is reported, and to whom."""

    BOARD = "board", _("board report")
    LBF_STATUS = "lbf_status", _("status to LBF")
    COMMITTEE = "committee", _("quarterly follow-up to the committee")
    AGREEMENT = "agreement", _("sub-agreements in force")
    MILESTONES = "milestones", _("milestone plan for the year")
    EVALUATION = "evaluation", _("evaluation report")

    @property
    def is_template(self) -> bool:
        """Whether the receiver's own form was not found, so that this is a proposal."""
        return self in {ReportKind.LBF_STATUS, ReportKind.MILESTONES}


class ReportQuerySet(VisibleQuerySet["Report"]):
    """Reports and their filters."""

    #: Partners read what they are sent; the list is for those who follow it all.
    partner_paths = ()

    def visible_to(self, user: User | AnonymousUser) -> ReportQuerySet:
        """Keep what the person may see: of drafts, only those who write them do."""
        visible = super().visible_to(user)
        if not user.is_authenticated:
            return visible
        writes = Programme.objects.filter(
            memberships__user=user,
            memberships__role__in=(Role.MANAGER, Role.COORDINATOR),
        )
        return visible.filter(Q(frozen_at__isnull=False) | Q(programme__in=writes))

    def drafts(self) -> ReportQuerySet:
        """Keep those that can still be edited."""
        return self.filter(frozen_at=None)


class Report(VersionedModel):
    """One report. A draft follows the data; once frozen, it says what it said."""

    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="reports", verbose_name=_("programme")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=ReportKind)
    title = models.CharField(_("title"), max_length=200)
    period_start = models.DateField(_("period from"))
    period_end = models.DateField(_("period to"))
    language = models.CharField(
        _("language"), max_length=2, choices=Language, default=Language.DANISH
    )
    cover = models.TextField(_("introduction"), blank=True)
    #: What the manager writes of each focus area, by its code.
    summaries = models.JSONField(_("summaries"), default=dict, blank=True)
    #: The director and the committee of each department, by its code.
    offices = models.JSONField(_("directors and committees"), default=dict, blank=True)
    outlook = models.TextField(_("next period"), blank=True)
    #: The meeting for which it was made by itself.
    meeting = models.ForeignKey(
        Meeting,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=_("meeting"),
    )
    #: None where it was made by itself.
    made_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("made by"),
    )
    made_at = models.DateTimeField(_("made"))
    frozen_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("author"),
    )
    frozen_at = models.DateTimeField(_("frozen"), null=True, blank=True)
    #: Where in the record of changes the data stood that it tells of.
    data_version = models.BigIntegerField(_("data version"), null=True, blank=True)
    #: What it says, block by block (:mod:`rollout.reports.content`).
    content = models.JSONField(null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["programme", "-period_end", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="report_kind_is_known", condition=Q(kind__in=ReportKind.values)
            ),
            models.CheckConstraint(
                name="report_period_is_in_order",
                condition=Q(period_start__lte=F("period_end")),
            ),
            models.CheckConstraint(
                name="report_frozen_iff_kept",
                condition=Q(frozen_at=None, content=None, data_version=None)
                | Q(
                    frozen_at__isnull=False,
                    content__isnull=False,
                    data_version__isnull=False,
                ),
            ),
            # However many processes prepare a meeting, it gets one draft.
            models.UniqueConstraint(
                fields=["meeting", "kind"], name="report_is_one_for_a_meeting"
            ),
        ]
        triggers = [
            version_trigger(),
            pgtrigger.Protect(
                name="frozen_report_stays",
                operation=pgtrigger.UpdateOf(
                    "kind", "title", "content", "frozen_at", "data_version"
                ),
                condition=pgtrigger.Q(old__frozen_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the path of the report's page."""
        return reverse("rollout:report", args=[self.pk])

    @property
    def is_frozen(self) -> bool:
        """Whether it can no longer be edited."""
        return self.frozen_at is not None
