"""What the lists of targets and of the ledgers can be narrowed by."""

from __future__ import annotations

from rollout.api.filters.fields import (
    ChoicesFilter,
    FilterSet,
    KeyFilter,
    by_code,
    by_programme,
    from_day,
    until_day,
)
from rollout.models import ContributionKind


class TargetFilters(FilterSet):
    """Narrows the list of targets."""

    programme = by_programme("indicator__objective__focus_area__programme")
    objective = by_code("indicator__objective", "Code of the objective.")
    indicator = by_code("indicator", "Code of the indicator.")
    place = by_code("place", "Code of the place.")
    period_from = from_day("period_end", "Periods that end on this date or later.")
    period_until = until_day("period_end", "Periods that end on this date or before.")


class AttendanceFilters(FilterSet):
    """Narrows the list of who came."""

    programme = by_programme("activity__programme")
    activity = KeyFilter(field_name="activity_id", help_text="Key of the activity.")
    place = by_code("activity__place", "Code of the place.")
    held_from = from_day("held_on", "Held on this date or later.")
    held_until = until_day("held_on", "Held on this date or before.")


class ContributionFilters(FilterSet):
    """Narrows the list of contributions."""

    programme = by_programme()
    partner = by_code("partner", "Code of the partner.")
    activity = KeyFilter(field_name="activity_id", help_text="Key of the activity.")
    kind = ChoicesFilter(ContributionKind, help_text="One or more kinds.")
    ends_from = from_day("ends_on", "Promised until this date or later.")
    ends_until = until_day("ends_on", "Promised until this date or before.")
