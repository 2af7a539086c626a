"""What the lists of activities and of what hangs on them can be narrowed by."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from rollout.api.filters.fields import (
    BooleanFilter,
    ChoicesFilter,
    CodeFilter,
    FilterSet,
    KeyFilter,
    by_code,
    by_programme,
    from_day,
    until_day,
)
from rollout.models import (
    Activity,
    ActivityState,
    Aspect,
    Conclusion,
    ConditionKind,
    DeadlineKind,
    Effect,
    HistoryKind,
    Hold,
    MilestoneState,
    Outcome,
)


def _by_activity() -> KeyFilter:
    return KeyFilter(field_name="activity_id", help_text="Key of the activity.")


def _by_place() -> CodeFilter:
    return by_code("activity__place", "Code of the activity's place.")


def _by_responsible() -> KeyFilter:
    return KeyFilter(
        field_name="responsible_id", help_text="Key of the responsible person."
    )


class ActivityFilters(FilterSet):
    """Narrows the list of activities."""

    programme = by_programme()
    focus_area = by_code("initiative__focus_area", "Code of the focus area.")
    initiative = by_code("initiative", "Code of the initiative.")
    place = by_code("place", "Code of the place.")
    phase = by_code("phase", "Code of the phase.")
    partner = CodeFilter(
        method="of_partner", help_text="Code of a partner that takes part in it."
    )
    state = ChoicesFilter(ActivityState, help_text="One or more states.")
    responsible = _by_responsible()
    is_proposal = BooleanFilter(help_text="Only proposals, or only the others.")
    has_responsible = BooleanFilter(
        field_name="responsible",
        lookup_expr="isnull",
        exclude=True,
        help_text="Only with a responsible person, or only without.",
    )
    launch_from = from_day("planned_launch_on", "Planned for this date or later.")
    launch_until = until_day("planned_launch_on", "Planned for this date or before.")

    def of_partner(self, rows: QuerySet[Any], name: str, code: str) -> QuerySet[Any]:
        """Keep what a partner takes part in, in any of the ways."""
        takes_part = Q()
        for path in Activity.objects.all().partner_paths:
            own = Activity.objects.filter(**{f"{path}__code": code})
            takes_part |= Q(pk__in=own.values("pk"))
        return rows.filter(takes_part)


class MilestoneFilters(FilterSet):
    """Narrows the list of milestones."""

    programme = by_programme("activity__programme")
    activity = _by_activity()
    place = _by_place()
    state = ChoicesFilter(MilestoneState, help_text="One or more states.")
    responsible = _by_responsible()
    partner = by_code("responsible_partner", "Code of the responsible partner.")
    before_launch = BooleanFilter(help_text="Only what is needed before the launch.")
    due_from = from_day("due_on", "Due on this date or later.")
    due_until = until_day("due_on", "Due on this date or before.")


class ReadinessFilters(FilterSet):
    """Narrows the list of readiness checks."""

    programme = by_programme("activity__programme")
    activity = _by_activity()
    place = _by_place()
    aspect = ChoicesFilter(Aspect, help_text="One or more aspects.")
    is_met = BooleanFilter(help_text="Only what is ready, or only the others.")


class ConditionFilters(FilterSet):
    """Narrows the list of conditions."""

    programme = by_programme("activity__programme")
    activity = _by_activity()
    place = _by_place()
    kind = ChoicesFilter(ConditionKind, help_text="One or more kinds.")
    outcome = ChoicesFilter(Outcome, help_text="One or more outcomes.")
    effect = ChoicesFilter(Effect, help_text="One or more effects.")


class EvaluationFilters(FilterSet):
    """Narrows the list of evaluations."""

    programme = by_programme("activity__programme")
    activity = _by_activity()
    place = _by_place()
    conclusion = ChoicesFilter(Conclusion, help_text="One or more conclusions.")
    is_approved = BooleanFilter(
        field_name="approved_on",
        lookup_expr="isnull",
        exclude=True,
        help_text="Only what is approved, or only the others.",
    )


class DeadlineFilters(FilterSet):
    """Narrows the list of deadlines."""

    programme = by_programme()
    kind = ChoicesFilter(DeadlineKind, help_text="One or more kinds.")
    activity = _by_activity()
    place = _by_place()
    partner = by_code("partner", "Code of the partner with whom it lies.")
    responsible = _by_responsible()
    hold = ChoicesFilter(Hold, help_text="Held back for one of these reasons.")
    is_held = BooleanFilter(
        method="held",
        help_text="Only what reminds nobody at present, or only the others.",
    )
    due_from = from_day("due_on", "Due on this date or later.")
    due_until = until_day("due_on", "Due on this date or before.")

    def held(self, rows: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:  # noqa: FBT001
        """Keep what is held back, or the rest."""
        return rows.exclude(hold="") if value else rows.filter(hold="")


class HistoryFilters(FilterSet):
    """Narrows the programme's history."""

    programme = by_programme()
    kind = ChoicesFilter(HistoryKind, help_text="One or more kinds of objects.")
    activity = _by_activity()
    place = _by_place()
    by = KeyFilter(field_name="by_id", help_text="Key of the person who did it.")
    since = from_day("at", "On this date or later.", lookup="date__gte")
    until = until_day("at", "On this date or before.", lookup="date__lte")
