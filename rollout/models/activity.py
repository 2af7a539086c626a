"""An activity: one initiative in one place, its states and the only ways between."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rollout import guards
from rollout.addresses import path_of
from rollout.models.initiative import Initiative
from rollout.models.people import Partner, User
from rollout.models.places import Phase, Place
from rollout.models.programme import Programme
from rollout.models.visibility import VisibleQuerySet
from workflows.engine import perform
from workflows.machine import StateField, transition
from workflows.models import StatefulModel, TransitionRecord
from workflows.triggers import record_triggers, state_triggers

ADVANCE = "rollout.advance_activity"


class ActivityState(models.TextChoices):
    """Where an activity stands."""

    PLANNED = "planned", _("planned")
    IN_CLARIFICATION = "in_clarification", _("in clarification")
    LAUNCHED = "launched", _("launched")
    EVALUATED = "evaluated", _("evaluated")
    DISCONTINUED = "discontinued", _("discontinued")


class ActivityQuerySet(VisibleQuerySet["Activity"]):
    """Activities and their filters."""

    partner_paths = (
        "responsible_partner",
        "contributors",
        "milestones__responsible_partner",
    )

    def of_partner(self, partner: Partner) -> ActivityQuerySet:
        """Keep those in which a partner takes part, each once."""
        takes_part = Q()
        for path in self.partner_paths:
            takes_part |= Q(
                pk__in=Activity._base_manager.filter(**{path: partner}).values("pk")
            )
        return self.filter(takes_part)

    def in_phase(self, phase: Phase) -> ActivityQuerySet:
        """Keep those that name the phase, and of its places those that name none."""
        by_place = phase.programme.phases.all().by_place()
        places = [place for place, first in by_place.items() if first == phase]
        return self.filter(Q(phase=phase) | Q(phase=None, place__in=places))

    def without_responsible(self) -> ActivityQuerySet:
        """Keep the confirmed, running or coming ones that nobody answers for."""
        return self.filter(responsible=None, is_proposal=False).exclude(
            state=ActivityState.DISCONTINUED
        )


class Activity(StatefulModel):
    """One initiative carried out in one place."""

    State = ActivityState
    # PostgreSQL plans each join anew, so what few steps ask about is not among these.
    read_along = ("programme", "initiative__focus_area", "responsible")

    initiative = models.ForeignKey(
        Initiative,
        models.CASCADE,
        related_name="activities",
        verbose_name=_("initiative"),
    )
    place = models.ForeignKey(
        Place, models.PROTECT, related_name="activities", verbose_name=_("place")
    )
    #: The initiative's programme, kept here so that one join says whose this is.
    programme = models.ForeignKey(
        Programme,
        models.CASCADE,
        related_name="activities",
        verbose_name=_("programme"),
        editable=False,
    )
    state = StateField(
        _("state"),
        max_length=20,
        choices=ActivityState,
        default=ActivityState.PLANNED,
        editable=False,
    )
    responsible = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="activities",
        verbose_name=_("responsible person"),
    )
    responsible_partner = models.ForeignKey(
        Partner,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="activities",
        verbose_name=_("responsible partner"),
    )
    contributors = models.ManyToManyField(
        Partner,
        blank=True,
        related_name="contributes_to",
        verbose_name=_("contributors"),
    )
    phase = models.ForeignKey(
        Phase,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="activities",
        verbose_name=_("phase"),
    )
    #: Suggested, and not confirmed by the parties.
    is_proposal = models.BooleanField(_("proposal"), default=False)
    #: When it began under an earlier programme, where that is known.
    running_since = models.DateField(_("running since"), null=True, blank=True)
    launched_on = models.DateField(
        _("launched on"), null=True, blank=True, editable=False
    )
    planned_launch_on = models.DateField(_("planned launch"), null=True, blank=True)
    #: How large it is beside the others, 1 to 3: activities are not of one size.
    weight = models.PositiveSmallIntegerField(_("size"), default=1)
    note = models.TextField(_("note"), blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["initiative__focus_area", "initiative", "place__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "place"], name="activity_is_unique_in_place"
            ),
            models.CheckConstraint(
                name="activity_state_is_known",
                condition=Q(state__in=ActivityState.values),
            ),
            models.CheckConstraint(
                name="activity_launched_on_when_launched",
                condition=~Q(state__in=["launched", "evaluated"])
                | Q(launched_on__isnull=False),
            ),
            models.CheckConstraint(
                name="activity_proposal_is_not_begun",
                condition=Q(is_proposal=False)
                | Q(state__in=["planned", "discontinued"]),
            ),
            models.CheckConstraint(
                name="activity_weight_is_1_to_3",
                condition=Q(weight__gte=1, weight__lte=3),
            ),
        ]
        indexes = [
            # The overview and the status count a programme's activities by state.
            models.Index(fields=["programme", "state"], name="activity_by_state"),
        ]
        triggers = [
            *state_triggers(
                history="rollout_activitytransition",
                subject="activity_id",
                initial="planned",
            ),
            pgtrigger.Trigger(
                name="stays_in_one_programme",
                operation=pgtrigger.Insert
                | pgtrigger.UpdateOf("initiative_id", "place_id", "programme_id"),
                when=pgtrigger.Before,
                func="""
                    IF NEW.programme_id IS DISTINCT FROM (
                        SELECT f.programme_id FROM rollout_initiative i
                        JOIN rollout_focusarea f ON f.id = i.focus_area_id
                        WHERE i.id = NEW.initiative_id
                    ) OR NEW.programme_id IS DISTINCT FROM (
                        SELECT programme_id FROM rollout_place
                        WHERE id = NEW.place_id
                    ) THEN
                        RAISE EXCEPTION
                            'initiative and place must belong to the programme'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.initiative} · {self.place}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the activity in its initiative's programme."""
        if self._state.adding:
            self.programme = self.initiative.focus_area.programme
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the path of the activity's page."""
        return path_of("rollout:activity", self.pk)

    @transition(
        state,
        ActivityState.PLANNED,
        ActivityState.IN_CLARIFICATION,
        permission=ADVANCE,
        label=_("Begin clarification"),
        guards=[guards.proposal_is_confirmed, guards.responsible_is_set],
    )
    def clarify(self, *, by: User, at: datetime, reason: str = "") -> None:
        """Begin clarification; the milestones are made from the templates."""
        self.programme.milestone_templates.all().make_milestones(self)

    @transition(
        state,
        ActivityState.IN_CLARIFICATION,
        ActivityState.LAUNCHED,
        permission=ADVANCE,
        label=_("Launch"),
        guards=[
            guards.readiness_is_met,
            guards.no_condition_blocks,
            guards.parent_is_not_discontinued,
            guards.milestones_before_launch_are_done,
            guards.date_is_inside_programme,
        ],
    )
    def launch(self, *, by: User, at: datetime, reason: str = "") -> None:
        """Launch in this place; monitoring begins to ask for data.

        Where it was launched before, the clocks that stood meanwhile go on.
        """
        self.launched_on = timezone.localdate(at)
        self.stopped_clocks.all().resume(self, on=self.launched_on)
        rounds = self.programme.monitoring_rounds.all()
        rounds.ask_for_data(self, on=self.launched_on)

    @transition(
        state,
        ActivityState.LAUNCHED,
        ActivityState.EVALUATED,
        permission=ADVANCE,
        label=_("Evaluate"),
        guards=[guards.evaluation_is_approved, guards.data_requests_are_answered],
    )
    def evaluate(self, *, by: User, at: datetime, reason: str = "") -> None:
        """Close a cycle on an approved evaluation; its values are frozen."""
        for evaluation in self.evaluations.approved().filter(frozen_at=None):
            evaluation.freeze(at=at)

    @transition(
        state,
        ActivityState.EVALUATED,
        ActivityState.LAUNCHED,
        permission=ADVANCE,
        label=_("Resume after evaluation"),
        guards=[guards.conclusion_lets_it_go_on],
    )
    def resume(self, *, by: User, at: datetime, reason: str = "") -> None:
        """Begin a new cycle after the evaluation."""

    @transition(
        state,
        ActivityState.IN_CLARIFICATION,
        ActivityState.PLANNED,
        permission=ADVANCE,
        label=_("Postpone to planned"),
        needs_reason=True,
    )
    def postpone(self, *, by: User, at: datetime, reason: str = "") -> None:
        """Step back to planned; reminders are held while it is there."""

    @transition(
        state,
        ActivityState.LAUNCHED,
        ActivityState.IN_CLARIFICATION,
        permission=ADVANCE,
        label=_("Adjust"),
        needs_reason=True,
    )
    def adjust(self, *, by: User, at: datetime, reason: str = "") -> None:
        """Step back to adjust (memo: justeres og omprioriteres).

        Readiness is asked for again and the sub-agreement is to be updated. The
        clocks of what follows the launch stand still until it is launched again.
        """
        self.stopped_clocks.all().stop(self, on=timezone.localdate(at))
        self.readiness.update(is_met=False, by=None, on=None)
        area = self.initiative.focus_area
        area.sub_agreement_outdated_since = timezone.localdate(at)
        area.sub_agreement_outdated_reason = f"{self}: {reason}"
        area.save(
            update_fields=[
                "sub_agreement_outdated_since",
                "sub_agreement_outdated_reason",
            ]
        )

    @transition(
        state,
        [
            ActivityState.PLANNED,
            ActivityState.IN_CLARIFICATION,
            ActivityState.LAUNCHED,
            ActivityState.EVALUATED,
        ],
        ActivityState.DISCONTINUED,
        permission=ADVANCE,
        label=_("Discontinue"),
        needs_reason=True,
    )
    def discontinue(self, *, by: User, at: datetime, reason: str = "") -> None:
        """End the activity; its open milestones are dropped."""
        self.stopped_clocks.all().end(self, on=timezone.localdate(at))
        for milestone in self.milestones.all().open():
            perform(milestone, "drop", by=by, at=at, reason=reason)

    @transition(
        state,
        ActivityState.DISCONTINUED,
        ActivityState.PLANNED,
        permission=ADVANCE,
        label=_("Reinstate"),
        needs_reason=True,
    )
    def reinstate(self, *, by: User, at: datetime, reason: str = "") -> None:
        """Plan a discontinued activity again; readiness starts over."""
        self.readiness.update(is_met=False, by=None, on=None)
        self.launched_on = None


class ActivityTransition(TransitionRecord):
    """One change of an activity's state."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="history")

    class Meta(TransitionRecord.Meta):
        verbose_name = _("activity transition")
        verbose_name_plural = _("activity transitions")
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "sequence"], name="activitytransition_is_numbered"
            ),
        ]
        indexes = [
            # Metrics count what moved in the past hour.
            models.Index(fields=["at"], name="activitytransition_by_time"),
        ]
        triggers = record_triggers(
            table="rollout_activitytransition",
            of=Activity,
            subject="activity_id",
            disposable=False,
        )
