"""What the lists of monitoring can be narrowed by."""

from __future__ import annotations

from rollout.api.filters.fields import (
    BooleanFilter,
    ChoicesFilter,
    FilterSet,
    KeyFilter,
    by_code,
    by_programme,
    from_day,
    until_day,
)
from rollout.models import MeasurementStatus, RoundKind, RoundState


class RoundFilters(FilterSet):
    """Narrows the list of monitoring rounds."""

    programme = by_programme()
    kind = ChoicesFilter(RoundKind, help_text="One or more kinds.")
    state = ChoicesFilter(RoundState, help_text="One or more states.")
    due_from = from_day("due_on", "Due on this date or later.")
    due_until = until_day("due_on", "Due on this date or before.")


class RequestFilters(FilterSet):
    """Narrows the list of data requests."""

    programme = by_programme("round__programme")
    round = KeyFilter(field_name="round_id", help_text="Key of the round.")
    indicator = by_code("indicator", "Code of the indicator.")
    place = by_code("place", "Code of the place.")
    partner = by_code("partner", "Code of the partner that is asked.")
    responsible = KeyFilter(
        field_name="responsible_id", help_text="Key of the responsible person."
    )
    status = ChoicesFilter(
        MeasurementStatus,
        field_name="answering__measurement__status",
        help_text="Where the value that was delivered stands.",
    )
    is_answered = BooleanFilter(
        field_name="answering",
        lookup_expr="isnull",
        exclude=True,
        help_text="Only what has been answered, or only the others.",
    )
    due_from = from_day("due_on", "Due on this date or later.")
    due_until = until_day("due_on", "Due on this date or before.")


class MeasurementFilters(FilterSet):
    """Narrows the list of measurements."""

    programme = by_programme("indicator__objective__focus_area__programme")
    focus_area = by_code("indicator__objective__focus_area", "Code of the focus area.")
    objective = by_code("indicator__objective", "Code of the objective.")
    indicator = by_code("indicator", "Code of the indicator.")
    place = by_code("place", "Code of the place.")
    status = ChoicesFilter(MeasurementStatus, help_text="One or more statuses.")
    period_from = from_day("period_end", "Periods that end on this date or later.")
    period_until = until_day("period_end", "Periods that end on this date or before.")
