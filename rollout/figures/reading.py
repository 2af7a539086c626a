"""Reads the newest approved values of indicators, series by series, masked.

As many queries however many values there are: the database keeps the newest of each
series, and nothing is added up here that could give away a number that is hidden.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from rollout.figures import light
from rollout.figures.light import Verdict
from rollout.figures.series import Breakdown, IndicatorFigures, Point, Series
from rollout.masking import (
    counts_residents,
    sees_small,
    shown,
    shown_to_others,
    tells_only_whether_kept,
)
from rollout.models import (
    DataRequest,
    Direction,
    Indicator,
    Measurement,
    MeasurementStatus,
    Place,
    Target,
    User,
    target_for,
)
from rollout.periods import Period

#: Whose rights decide what is hidden; None is the operator, who sees all.
Reader = User | AnonymousUser | None


class Reading(NamedTuple):
    """What a figure shows of a value. A page has thousands, so they are no models."""

    indicator_id: int
    place_id: int | None
    band: str
    period_start: date
    period_end: date
    value: Decimal
    is_withheld: bool
    is_example: bool
    #: The question, and the partner to whom it was put; read only where that matters to
    #: the reader. A question that was put to no partner is not the same as none.
    data_request_id: int | None = None
    partner_id: int | None = None


#: Says of a value whether its reader may see it, however small it is.
Sight = Callable[[Indicator, Reading], bool]

#: How many periods of a series are read, from the newest.
NEWEST = 8


def figures_of(
    indicators: Iterable[Indicator],
    *,
    user: User | None,
    on: date,
    breakdown: Breakdown = Breakdown.PLACE,
    place: Place | None = None,
    newest: int = NEWEST,
    is_open: bool = False,
) -> list[IndicatorFigures]:
    """Return where each indicator stands on a local date, as a person may see it.

    ``user`` is None for the operator, who sees all. What is ``is_open`` is masked as
    for anybody, because others will read it, too. An indicator that is not parted as
    asked shows its totals; one that has no totals, all its parts. The indicators must
    have their objective, focus area and programme at hand; no query is asked for each.
    """
    wanted = list(indicators)
    reader: Reader = AnonymousUser() if is_open else user
    read = partial(_rows, user=user, place=place, newest=newest)
    rows = _shown_rows(wanted, breakdown, read)
    by_indicator: dict[int, list[Reading]] = defaultdict(list)
    for row in rows:
        by_indicator[row.indicator_id].append(row)
    # Read once and shared: there are few places, and many rows of each.
    places = Place.objects.in_bulk({row.place_id for row in rows if row.place_id})
    targets = _targets(wanted, user=user, place=place)
    sees = _sight(reader)
    return [
        IndicatorFigures(
            one,
            shown(one.baseline, one, to=reader),
            _series(
                *(one, by_indicator[one.pk], targets[one.pk]),
                places=places,
                sees=sees,
                on=on,
            ),
            targets[one.pk],
        )
        for one in wanted
    ]


def _targets(
    indicators: Sequence[Indicator], *, user: User | None, place: Place | None
) -> dict[int, list[Target]]:
    """Return the targets of each indicator; of one place, those for everywhere too."""
    seen = Target.objects.all() if user is None else Target.objects.visible_to(user)
    found = seen.filter(indicator__in=indicators).select_related("place")
    if place is not None:
        found = found.filter(Q(place=place) | Q(place=None))
    targets: dict[int, list[Target]] = defaultdict(list)
    keep = {one.pk: one for one in indicators}
    for target in found.order_by("period_end", "place"):
        target.indicator = keep[target.indicator_id]
        targets[target.indicator_id].append(target)
    return targets


def _shown_rows(
    indicators: Sequence[Indicator],
    breakdown: Breakdown,
    read: Callable[[Sequence[Indicator], Q], list[Reading]],
) -> list[Reading]:
    """Return the rows that a breakdown shows; of what it does not part, others."""
    totals, parts = Q(band=""), ~Q(band="")
    rows: list[Reading] = []
    if breakdown != Breakdown.PLACE:
        is_group = breakdown == Breakdown.GROUP
        groups = {one.pk: one.groups for one in indicators}
        rows = [
            row
            for row in read(indicators, parts)
            if (row.band in groups[row.indicator_id]) == is_group
        ]
    for which in (totals, parts):
        told = {row.indicator_id for row in rows}
        if untold := [one for one in indicators if one.pk not in told]:
            rows += read(untold, which)
    return rows


def _rows(
    indicators: Sequence[Indicator],
    which: Q,
    *,
    user: User | None,
    place: Place | None,
    newest: int,
) -> list[Reading]:
    """Return the newest approved values of every series, from the oldest."""
    found: QuerySet[Measurement] = (
        Measurement.objects.all()
        if user is None
        else Measurement.objects.visible_to(user)
    )
    found = found.filter(
        which, indicator__in=indicators, status=MeasurementStatus.APPROVED
    )
    fields: tuple[str, ...] = Reading._fields[:-2]
    if _acts_for_partner(user):
        # Who delivers a value may see it, however small it is.
        fields = (*fields, "data_request_id", "data_request__partner")
    if place is not None:
        found = found.filter(place=place)
    numbered = found.annotate(
        age=Window(
            RowNumber(),
            partition_by=[F("indicator"), F("place"), F("band")],
            order_by=[F("period_end").desc(), F("period_start").desc()],
        )
    ).filter(age__lte=newest)
    ordered = numbered.order_by(
        "place__position", "place__name", "band", "period_end", "period_start"
    )
    return [Reading(*row) for row in ordered.values_list(*fields)]


def _series(
    indicator: Indicator,
    rows: Sequence[Reading],
    targets: Sequence[Target],
    *,
    places: Mapping[int, Place],
    sees: Sight,
    on: date,
) -> list[Series]:
    return [
        _one_series(indicator, group, targets, places=places, sees=sees, on=on)
        for group in _grouped(rows).values()
    ]


def _grouped(
    rows: Sequence[Reading],
) -> dict[tuple[int | None, str], list[Reading]]:
    groups: dict[tuple[int | None, str], list[Reading]] = defaultdict(list)
    for row in rows:
        groups[row.place_id, row.band].append(row)
    return groups


def _one_series(
    indicator: Indicator,
    rows: Sequence[Reading],
    targets: Sequence[Target],
    *,
    places: Mapping[int, Place],
    sees: Sight,
    on: date,
) -> Series:
    points = [_point(indicator, row, sees=sees) for row in rows]
    newest = points[-1]
    stale = light.is_stale(indicator, newest.period_end, on=on)
    # A target is set for all together; a part of them cannot reach it.
    whole = [] if rows[-1].band else targets
    place = rows[-1].place_id
    period = Period(newest.period_start, newest.period_end)
    target = target_for(whole, place, period)
    verdict = _verdict(indicator, rows, points, target)
    return Series(
        place=places[place] if place else None,
        band=rows[0].band,
        points=points,
        verdict=light.aged(verdict) if stale else verdict,
        on=on,
        is_stale=stale,
    )


def _verdict(
    indicator: Indicator,
    rows: Sequence[Reading],
    points: Sequence[Point],
    target: Decimal | None,
) -> Verdict:
    """Judge the newest value without telling more than the person may know."""
    hidden = points[-1].value is None
    if hidden and indicator.direction != Direction.KEEP_BELOW:
        return light.too_small()
    # A hidden value before says nothing either, not even which way it moved.
    before = points[-2].value if len(points) > 1 else None
    return light.judge(indicator, rows[-1].value, before, target, tells=not hidden)


def _point(indicator: Indicator, row: Reading, *, sees: Sight) -> Point:
    value: Decimal | None = row.value
    mask = ""
    if counts_residents(indicator) and not sees(indicator, row):
        seen = shown_to_others(row.value, indicator, is_withheld=row.is_withheld)
        value, mask = seen.value, seen.mask
        if tells_only_whether_kept(indicator):
            # A target among small numbers gives them away: only kept or not.
            value, mask = None, ""
    is_met = None
    if indicator.direction == Direction.KEEP_BELOW:
        is_met = indicator.is_met_by(row.value)
    return Point(row.period_start, row.period_end, value, mask, is_met, row.is_example)


def _sight(reader: Reader) -> Sight:
    """Return who says whether the reader may see a value, however small it is.

    Asked once for all values of an indicator that the same partner delivers.
    """
    known: dict[tuple[int, bool, int | None], bool] = {}

    def sees(indicator: Indicator, row: Reading) -> bool:
        key = (indicator.pk, row.data_request_id is not None, row.partner_id)
        if key not in known:
            known[key] = sees_small(_one_of(indicator, row), reader)
        return known[key]

    return sees


def _one_of(indicator: Indicator, row: Reading) -> Measurement:
    """Return a value of the indicator that was asked for as this one was."""
    is_asked = row.data_request_id is not None
    asked = DataRequest(partner_id=row.partner_id) if is_asked else None
    return Measurement(indicator=indicator, data_request=asked)


def _acts_for_partner(reader: Reader) -> bool:
    """Say whether a person acts for a partner in any programme."""
    if not isinstance(reader, User):
        return False
    return any(one.partner_id for one in reader.memberships.all())
