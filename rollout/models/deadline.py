"""Everything that can fall due, in one shape: what reminds, forecasts and calendars."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from rollout.models.activity import Activity
from rollout.models.people import Partner, User
from rollout.models.programme import Programme
from rollout.models.visibility import VisibleQuerySet
from workflows.models import RowModel


class DeadlineKind(models.TextChoices):
    """What falls due. A monitoring round appears under its own kind."""

    MILESTONE = "milestone", _("milestone")
    DATA_REQUEST = "data_request", _("data request")
    MONITORING = "monitoring", _("monitoring")
    EVALUATION = "evaluation", _("evaluation")
    ACCOUNTS = "accounts", _("accounts")
    STATUS = "status", _("status report")
    CONDITION = "condition", _("decision")
    GRANT = "grant", _("grant expiry")


class Nudge(models.TextChoices):
    """What people are asked to look at although nothing falls due.

    Its date in the view is the day since when that has been so.
    """

    NO_MILESTONE = "no_milestone", _("no milestone ahead")
    UNTOUCHED = "untouched", _("untouched activity")


#: Everything that people are reminded of; each has a ladder.
REMINDED = [*DeadlineKind.choices, *Nudge.choices]

#: What is agreed with LBF and reported there, under the threat that payments are
#: withheld. People are told of it whatever they have chosen to be told.
STATUTORY = (
    DeadlineKind.DATA_REQUEST,
    DeadlineKind.MONITORING,
    DeadlineKind.EVALUATION,
    DeadlineKind.ACCOUNTS,
    DeadlineKind.STATUS,
)


class Hold(models.TextChoices):
    """Why a deadline reminds nobody at present; empty where it does."""

    PROPOSAL = "proposal", _("the activity is a proposal")
    PLANNED = "planned", _("the activity is only planned")
    DISCONTINUED = "discontinued", _("the activity is discontinued")
    EXPECTED = "expected", _("not agreed with LBF")
    STOPPED = "stopped", _("the clock stands still")


class DeadlineQuerySet(VisibleQuerySet["Deadline"]):
    """Deadlines and their filters."""

    partner_paths = ("partner", "activity__contributors")
    is_view = True

    def reminding(self) -> DeadlineQuerySet:
        """Keep those of which people are reminded."""
        return self.filter(hold="")


class FallingDueManager(models.Manager.from_queryset(DeadlineQuerySet)):  # type: ignore[misc]
    """Finds what falls due, and no nudges: lists and calendars have no use for them."""

    def get_queryset(self) -> DeadlineQuerySet:
        """Leave the nudges out."""
        rows: DeadlineQuerySet = super().get_queryset()
        return rows.exclude(kind__in=Nudge.values)


class Deadline(RowModel):
    """A row of the view that unites open milestones, rounds, requests and the rest."""

    #: Kind and object id, such as ``milestone:12``.
    key = models.CharField(max_length=40, primary_key=True)
    kind = models.CharField(_("kind"), max_length=12, choices=REMINDED)
    object_id = models.BigIntegerField()
    title = models.CharField(_("title"), max_length=300)
    due_on = models.DateField(_("due on"))
    responsible = models.ForeignKey(
        User, models.DO_NOTHING, null=True, related_name="+"
    )
    partner = models.ForeignKey(Partner, models.DO_NOTHING, null=True, related_name="+")
    activity = models.ForeignKey(
        Activity, models.DO_NOTHING, null=True, related_name="deadlines"
    )
    programme = models.ForeignKey(
        Programme, models.DO_NOTHING, related_name="deadlines"
    )
    hold = models.CharField(max_length=12, choices=Hold, blank=True)
    is_example = models.BooleanField()

    objects = FallingDueManager()
    #: Everything that people are reminded of.
    with_nudges = DeadlineQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "rollout_deadline"
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        ordering = ["due_on", "key"]

    def __str__(self) -> str:
        return self.title
