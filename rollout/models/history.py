"""Everything that moved on, in one shape: the programme's history, read only."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rollout.models.activity import Activity
from rollout.models.milestone import Milestone
from rollout.models.monitoring import MonitoringRound
from rollout.models.people import User
from rollout.models.programme import Programme
from rollout.models.visibility import VisibleQuerySet
from workflows.machine import rules_of
from workflows.models import StatefulModel


class HistoryKind(models.TextChoices):
    """What moved on."""

    ACTIVITY = "activity", _("activity")
    MILESTONE = "milestone", _("milestone")
    MONITORING_ROUND = "monitoring_round", _("monitoring round")


#: The models whose histories the view unites.
MOVING: dict[str, type[StatefulModel]] = {
    HistoryKind.ACTIVITY: Activity,
    HistoryKind.MILESTONE: Milestone,
    HistoryKind.MONITORING_ROUND: MonitoringRound,
}


class HistoryQuerySet(VisibleQuerySet["HistoryRecord"]):
    """Records of the programme's history and their filters."""

    def visible_to(self, user: User | AnonymousUser) -> HistoryQuerySet:
        """Keep the history of what this person may see."""
        seen = Q()
        for kind, model in MOVING.items():
            objects = model._default_manager.all().visible_to(user)  # type: ignore[attr-defined]
            seen |= Q(kind=kind, object_id__in=objects.values("pk"))
        return self.filter(seen)


class HistoryRecord(models.Model):
    """A row of the view that unites the histories of what has states."""

    #: Kind and number of the record, such as ``activity:12``.
    key = models.CharField(max_length=40, primary_key=True)
    kind = models.CharField(_("kind"), max_length=20, choices=HistoryKind)
    object_id = models.BigIntegerField()
    activity = models.ForeignKey(
        Activity, models.DO_NOTHING, null=True, related_name="+"
    )
    programme = models.ForeignKey(Programme, models.DO_NOTHING, related_name="+")
    sequence = models.PositiveIntegerField(_("number"))
    transition = models.CharField(_("transition"), max_length=40)
    source = models.CharField(_("from"), max_length=20)
    target = models.CharField(_("to"), max_length=20)
    by = models.ForeignKey(User, models.DO_NOTHING, null=True, related_name="+")
    at = models.DateTimeField(_("at"))
    reason = models.TextField(_("reason"))
    overridden = ArrayField(models.CharField(max_length=60))
    #: The object's version after the change.
    version = models.PositiveIntegerField(_("version"))
    hash = models.CharField(max_length=64)

    objects = HistoryQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "rollout_history"
        verbose_name = _("history record")
        verbose_name_plural = _("history records")
        ordering = ["at", "key"]

    def __str__(self) -> str:
        return f"{self.source} → {self.target} ({self.transition})"

    @property
    def transition_label(self) -> str:
        """The verb, or the code of what is no longer declared."""
        rule = rules_of(MOVING[self.kind]).get(self.transition)
        return str(rule.label) if rule else self.transition

    @property
    def source_label(self) -> str:
        """The name of the state that was left."""
        return str(MOVING[self.kind].State(self.source).label)  # type: ignore[attr-defined]

    @property
    def target_label(self) -> str:
        """The name of the state that was entered."""
        return str(MOVING[self.kind].State(self.target).label)  # type: ignore[attr-defined]
