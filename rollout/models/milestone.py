"""Milestones of an activity, the templates they come from, and what follows what."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pgtrigger
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rollout import guards
from rollout.models.activity import Activity
from rollout.models.initiative import Nature
from rollout.models.likeness import Trigrams
from rollout.models.people import Partner, User
from rollout.models.programme import Programme
from rollout.models.visibility import VisibleQuerySet
from workflows.machine import StateField, transition
from workflows.models import StatefulModel, TransitionRecord
from workflows.schedule import WorkingCalendar
from workflows.triggers import record_triggers, state_triggers


class MilestoneTemplateQuerySet(VisibleQuerySet["MilestoneTemplate"]):
    """Milestone templates and their filters."""

    def for_nature(self, nature: str) -> MilestoneTemplateQuerySet:
        """Keep those that apply to initiatives of this nature."""
        return self.filter(nature__in=["", nature])

    def make_milestones(self, activity: Activity) -> list[Milestone]:
        """Make an activity's milestones; one already made from a template stays.

        Dates are counted in working days from the planned launch; without one the
        milestones are undated.
        """
        made = activity.milestones.exclude(template=None).values("template")
        wanted = self.for_nature(activity.initiative.nature).exclude(pk__in=made)
        templates = list(wanted)
        if not templates:
            return []
        launch = activity.planned_launch_on
        # Read once for all of them.
        calendar = activity.programme.working_calendar()
        return Milestone.objects.bulk_create(
            Milestone(
                activity=activity,
                template=template,
                title=template.title,
                due_on=launch and template.due_on(launch=launch, calendar=calendar),
                before_launch=template.before_launch,
                weight=template.weight,
                position=template.position,
                is_example=template.is_example,
            )
            for template in templates
        )


class MilestoneTemplate(models.Model):
    """A milestone that every activity, or every one of a nature, should have."""

    programme = models.ForeignKey(
        Programme,
        models.CASCADE,
        related_name="milestone_templates",
        verbose_name=_("programme"),
    )
    title = models.CharField(_("title"), max_length=200)
    #: Working days from the planned launch, negative before it.
    offset_days = models.SmallIntegerField(_("working days from launch"))
    #: Empty: for initiatives of every nature.
    nature = models.CharField(_("nature"), max_length=20, choices=Nature, blank=True)
    before_launch = models.BooleanField(_("needed before launch"), default=False)
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_example = models.BooleanField(_("example"), default=False, editable=False)

    objects = MilestoneTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("milestone template")
        verbose_name_plural = _("milestone templates")
        ordering = ["programme", "position", "offset_days"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "title", "nature"],
                name="milestonetemplate_is_unique",
            ),
            models.CheckConstraint(
                name="milestonetemplate_before_launch_lies_before",
                condition=Q(before_launch=False) | Q(offset_days__lte=0),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def due_on(self, *, launch: date, calendar: WorkingCalendar) -> date:
        """Return the local date that lies so many working days from the launch."""
        return calendar.add(launch, self.offset_days)


class MilestoneState(models.TextChoices):
    """Where a milestone stands."""

    OPEN = "open", _("open")
    DONE = "done", _("done")
    DROPPED = "dropped", _("dropped")


class MilestoneQuerySet(VisibleQuerySet["Milestone"]):
    """Milestones and their filters."""

    programme_path = "activity__programme"
    partner_paths = (
        "responsible_partner",
        "activity__responsible_partner",
        "activity__contributors",
    )

    def open(self) -> MilestoneQuerySet:
        """Keep those that are still to be done."""
        return self.filter(state=MilestoneState.OPEN)

    def with_predecessor_keys(self) -> MilestoneQuerySet:
        """Add the keys of what each follows, as ``predecessor_keys``."""
        before = Milestone.predecessors.through.objects.filter(
            from_milestone=models.OuterRef("pk")
        ).order_by("to_milestone")
        return self.annotate(
            predecessor_keys=ArraySubquery(before.values("to_milestone"))
        )

    def date_from_templates(self, *, launch: date | None) -> None:
        """Date the undated ones that come from a template, in working days."""
        if launch is None:
            return
        undated = self.filter(due_on=None, template__isnull=False)
        for milestone in undated.select_related("template__programme"):
            if milestone.template is not None:
                calendar = milestone.template.programme.working_calendar()
                milestone.due_on = milestone.template.due_on(
                    launch=launch, calendar=calendar
                )
                milestone.save(update_fields=["due_on"])

    def overdue(self, *, on: date) -> MilestoneQuerySet:
        """Keep the open ones whose date has passed on the local date ``on``."""
        return self.open().filter(due_on__lt=on)


class Milestone(StatefulModel):
    """Something that must be reached in an activity by a date."""

    State = MilestoneState

    activity = models.ForeignKey(
        Activity,
        models.CASCADE,
        related_name="milestones",
        verbose_name=_("activity"),
    )
    title = models.CharField(_("title"), max_length=200)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    #: Empty: the activity's responsible person.
    responsible = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="milestones",
        verbose_name=_("responsible person"),
    )
    responsible_partner = models.ForeignKey(
        Partner,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="milestones",
        verbose_name=_("responsible partner"),
    )
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)
    before_launch = models.BooleanField(_("needed before launch"), default=False)
    predecessors = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="successors",
        verbose_name=_("comes after"),
    )
    evidence_url = models.URLField(_("link to evidence"), blank=True)
    note = models.TextField(_("note"), blank=True)
    state = StateField(
        _("state"),
        max_length=20,
        choices=MilestoneState,
        default=MilestoneState.OPEN,
        editable=False,
    )
    done_on = models.DateField(_("done on"), null=True, blank=True, editable=False)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    template = models.ForeignKey(
        MilestoneTemplate,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("template"),
    )
    is_example = models.BooleanField(_("example"), default=False, editable=False)

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = [
            "activity",
            "position",
            F("due_on").asc(nulls_last=True),
            "pk",
        ]
        constraints = [
            models.CheckConstraint(
                name="milestone_state_is_known",
                condition=Q(state__in=MilestoneState.values),
            ),
            models.CheckConstraint(
                name="milestone_done_on_iff_done",
                condition=Q(state=MilestoneState.DONE, done_on__isnull=False)
                | (~Q(state=MilestoneState.DONE) & Q(done_on=None)),
            ),
        ]
        indexes = [
            # The deadline view and every list of what is due read the open ones.
            models.Index(
                fields=["due_on"],
                name="milestone_open_by_due",
                condition=Q(state=MilestoneState.OPEN),
            ),
            # The search finds titles by their trigrams among all milestones.
            GinIndex(Trigrams("title"), name="milestone_by_trigrams"),
            # Every page asks whether anything is invented, and mostly nothing is.
            models.Index(
                fields=["id"], name="milestone_examples", condition=Q(is_example=True)
            ),
        ]
        triggers = [
            *state_triggers(
                history="rollout_milestonetransition",
                subject="milestone_id",
                initial="open",
            ),
            pgtrigger.ReadOnly(name="example_is_fixed", fields=["is_example"]),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def programme(self) -> Programme:
        """The programme whose milestone this is."""
        return self.activity.programme

    def get_absolute_url(self) -> str:
        """Return the path of the milestone on its activity's page."""
        return f"{self.activity.get_absolute_url()}#milestone-{self.pk}"

    @transition(
        state,
        MilestoneState.OPEN,
        MilestoneState.DONE,
        permission="rollout.finish_milestone",
        label=_("Mark as done"),
        guards=[guards.predecessors_are_finished],
    )
    def finish(self, *, by: User, at: datetime, reason: str = "") -> None:
        """The responsible person declares it reached."""
        self.done_on = timezone.localdate(at)

    @transition(
        state,
        MilestoneState.OPEN,
        MilestoneState.DROPPED,
        permission="rollout.edit_activity",
        label=_("Drop"),
        needs_reason=True,
    )
    def drop(self, *, by: User, at: datetime, reason: str = "") -> None:
        """It is no longer wanted."""

    @transition(
        state,
        [MilestoneState.DONE, MilestoneState.DROPPED],
        MilestoneState.OPEN,
        permission="rollout.reopen_milestone",
        label=_("Reopen"),
        needs_reason=True,
    )
    def reopen(self, *, by: User, at: datetime, reason: str = "") -> None:
        """It was not reached after all, or is wanted again."""
        self.done_on = None


class MilestoneTransition(TransitionRecord):
    """One change of a milestone's state."""

    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="history")

    class Meta(TransitionRecord.Meta):
        verbose_name = _("milestone transition")
        verbose_name_plural = _("milestone transitions")
        constraints = [
            models.UniqueConstraint(
                fields=["milestone", "sequence"],
                name="milestonetransition_is_numbered",
            ),
        ]
        triggers: list[Any] = record_triggers(
            table="rollout_milestonetransition",
            of=Milestone,
            subject="milestone_id",
            disposable=True,
        )
