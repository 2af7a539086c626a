"""What the lists of the plan's frame can be narrowed by."""

from __future__ import annotations

from rollout.api.filters.fields import (
    BooleanFilter,
    ChoicesFilter,
    FilterSet,
    by_code,
    by_programme,
    from_day,
    until_day,
)
from rollout.models import Direction, Nature, PartnerKind, PlaceKind, Rhythm


class FocusAreaFilters(FilterSet):
    """Narrows the list of focus areas."""

    programme = by_programme()


class ObjectiveFilters(FilterSet):
    """Narrows the list of objectives."""

    programme = by_programme("focus_area__programme")
    focus_area = by_code("focus_area", "Code of the focus area.")
    direction = ChoicesFilter(Direction, help_text="One or more directions.")


class IndicatorFilters(FilterSet):
    """Narrows the list of indicators."""

    programme = by_programme("objective__focus_area__programme")
    focus_area = by_code("objective__focus_area", "Code of the focus area.")
    objective = by_code("objective", "Code of the objective.")
    delivered_by = by_code("delivered_by", "Code of the partner that delivers.")
    rhythm = ChoicesFilter(Rhythm, help_text="One or more rhythms.")
    is_proposal = BooleanFilter(help_text="Only proposals, or only the others.")


class PlaceFilters(FilterSet):
    """Narrows the list of places."""

    programme = by_programme()
    parent = by_code("parent", "Code of the group over it.")
    kind = ChoicesFilter(PlaceKind, help_text="One or more kinds.")


class PhaseFilters(FilterSet):
    """Narrows the list of phases."""

    programme = by_programme()
    runs_from = until_day("starts_on", "Phases that have begun by this date.")
    runs_until = from_day("ends_on", "Phases that have not ended before this date.")


class PartnerFilters(FilterSet):
    """Narrows the list of partners."""

    programme = by_programme()
    kind = ChoicesFilter(PartnerKind, help_text="One or more kinds.")


class InitiativeFilters(FilterSet):
    """Narrows the list of initiatives."""

    programme = by_programme("focus_area__programme")
    focus_area = by_code("focus_area", "Code of the focus area.")
    parent = by_code("parent", "Code of the initiative of which it is a part.")
    nature = ChoicesFilter(Nature, help_text="One or more natures.")


class GrantFilters(FilterSet):
    """Narrows the list of grants."""

    programme = by_programme()
    ends_from = from_day("ends_on", "Grants that end on this date or later.")
    ends_until = until_day("ends_on", "Grants that end on this date or before.")
