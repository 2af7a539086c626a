"""Clocks that stand still: deadlines of an activity that is back in clarification."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rollout.models.activity import Activity, ActivityState
from rollout.models.milestone import Milestone
from rollout.models.monitoring import DataRequest, RoundState
from rollout.models.places import Place
from rollout.models.visibility import VisibleQuerySet
from workflows.schedule import WorkingCalendar


class StoppedClockQuerySet(VisibleQuerySet["StoppedClock"]):
    """Stopped clocks and their filters."""

    programme_path = "activity__programme"
    partner_paths = ("activity__responsible_partner", "activity__contributors")

    def standing(self) -> StoppedClockQuerySet:
        """Keep those that still stand."""
        return self.filter(resumed_on=None)

    def stop(self, activity: Activity, *, on: date) -> None:
        """Stop the clocks of what follows the launch; one that stands stays.

        That is its open milestones with a date that are not needed before the launch,
        and the numbers that are asked on its account alone.
        """
        milestones = activity.milestones.all().open().filter(before_launch=False)
        clocks = [
            StoppedClock(milestone=one, due_on=one.due_on)
            for one in milestones
            if one.due_on is not None
        ]
        clocks += [
            StoppedClock(data_request=one, due_on=one.due_on)
            for one in _asked_for_it_alone(activity)
        ]
        for clock in clocks:
            clock.activity, clock.stopped_on = activity, on
        self.bulk_create(clocks, ignore_conflicts=True)

    def resume(self, activity: Activity, *, on: date) -> None:
        """Let the activity's clocks go on; the working days of the pause are added.

        Numbers that stopped with another activity go on, too, when this one comes to
        need them. What was finished meanwhile, or given another date, stays as it is.
        """
        calendar = activity.programme.working_calendar()
        needed = DataRequest.objects.concerning(activity)
        standing = StoppedClock.objects.standing().filter(
            Q(activity=activity) | Q(data_request__in=needed)
        )
        for clock in standing.order_by("pk"):
            clock.resumed_on = on
            days = max(0, calendar.between(clock.stopped_on, on))
            clock.paused_days = days
            clock.new_due_on = clock.go_on(calendar, days)
            clock.save()

    def end(self, activity: Activity, *, on: date) -> None:
        """Put the activity's clocks away; nothing is added."""
        self.standing().filter(activity=activity).update(resumed_on=on, paused_days=0)


class StoppedClock(models.Model):
    """One deadline whose clock stood, or stands, still, and what came of it."""

    activity = models.ForeignKey(
        Activity,
        models.CASCADE,
        related_name="stopped_clocks",
        verbose_name=_("activity"),
    )
    milestone = models.ForeignKey(
        Milestone,
        models.CASCADE,
        null=True,
        # The unique index below begins with it, for those that stand.
        db_index=False,
        related_name="+",
        verbose_name=_("milestone"),
    )
    data_request = models.ForeignKey(
        DataRequest,
        models.CASCADE,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name=_("data request"),
    )
    stopped_on = models.DateField(_("stopped on"))
    #: When it was due as the clock stopped.
    due_on = models.DateField(_("due on"))
    #: Empty while it stands.
    resumed_on = models.DateField(_("went on"), null=True, blank=True)
    #: Working days for which it stood.
    paused_days = models.PositiveIntegerField(_("working days"), null=True, blank=True)
    #: Empty where nothing was added: finished meanwhile, or given another date.
    new_due_on = models.DateField(_("new date"), null=True, blank=True)

    objects = StoppedClockQuerySet.as_manager()

    class Meta:
        verbose_name = _("stopped clock")
        verbose_name_plural = _("stopped clocks")
        ordering = ["stopped_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="stoppedclock_is_of_one_thing",
                condition=Q(milestone__isnull=False, data_request=None)
                | Q(milestone=None, data_request__isnull=False),
            ),
            # The view of deadlines asks whether a clock stands.
            models.UniqueConstraint(
                fields=["milestone"],
                condition=Q(resumed_on=None),
                name="stoppedclock_stands_once_for_a_milestone",
            ),
            models.UniqueConstraint(
                fields=["data_request"],
                condition=Q(resumed_on=None),
                name="stoppedclock_stands_once_for_a_request",
            ),
            models.CheckConstraint(
                name="stoppedclock_went_on_with_its_days",
                condition=Q(resumed_on=None, paused_days=None)
                | Q(resumed_on__isnull=False, paused_days__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.milestone or self.data_request)

    def go_on(self, calendar: WorkingCalendar, days: int) -> date | None:
        """Add working days to what stood; return its new date, if it gets one."""
        found: Milestone | DataRequest | None
        if self.milestone_id is not None:
            open_ones = Milestone.objects.all().open().filter(pk=self.milestone_id)
            found = open_ones.select_for_update(of=("self",)).first()
        else:
            asked = DataRequest.objects.filter(pk=self.data_request_id or 0)
            found = asked.unanswered().select_for_update(of=("self",)).first()
        if found is None or found.due_on != self.due_on or not days:
            return None
        found.due_on = calendar.add(self.due_on, days)
        found.save(update_fields=["due_on"])
        return found.due_on


def _asked_for_it_alone(activity: Activity) -> list[DataRequest]:
    """Return the open requests that concern no other launched activity."""
    requests = (
        DataRequest.objects.filter(
            round__programme=activity.programme_id,
            round__state__in=[RoundState.EXPECTED, RoundState.AGREED],
        )
        .unanswered()
        .concerning(activity)
    )
    others = Activity.objects.filter(
        programme=activity.programme_id,
        initiative__focus_area=activity.initiative.focus_area_id,
        state=ActivityState.LAUNCHED,
    ).exclude(pk=activity.pk)
    places = Place.objects.filter(pk__in=others.values("place"))
    theirs = places.keys_with_groups_over()
    return list(requests.exclude(place__in=theirs))
