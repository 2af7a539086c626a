"""Which of an indicator's targets a value is to reach."""

from datetime import date

import pytest

from rollout.models import Indicator, Target, target_for
from rollout.periods import Period

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
LAST_QUARTER = Period(date(2026, 10, 1), date(2026, 12, 31))
FIRST_QUARTER = Period(date(2026, 1, 1), date(2026, 3, 31))
HERE, THERE = 1, 2


def target(value, place, period, **indicator):
    return Target(
        indicator=Indicator(**indicator),
        value=value,
        place_id=place,
        period_start=period.starts_on,
        period_end=period.ends_on,
    )


@pytest.mark.parametrize(
    ("place", "period", "count", "running_total", "share"),
    [
        (None, YEAR, 40, 40, 40),
        (HERE, YEAR, None, None, 40),
        (None, LAST_QUARTER, None, 40, 40),
        (None, FIRST_QUARTER, None, None, 40),
        (HERE, FIRST_QUARTER, None, None, 40),
    ],
)
def test_a_part_is_not_to_reach_what_is_set_for_the_whole_unless_it_is_a_share(
    place, period, count, running_total, share
):
    found = [
        target_for([target(40, None, YEAR, **kind)], place, period)
        for kind in ({}, {"is_cumulative": True}, {"is_share": True})
    ]

    assert found == [count, running_total, share]


def test_the_place_s_own_target_comes_first_and_then_the_shorter_period_s():
    share = {"is_share": True}
    targets = [
        target(40, None, YEAR, **share),
        target(41, None, LAST_QUARTER, **share),
        target(42, HERE, YEAR, **share),
    ]

    assert target_for(targets, HERE, LAST_QUARTER) == 42
    assert target_for(targets, THERE, LAST_QUARTER) == 41
    assert target_for(targets, THERE, FIRST_QUARTER) == 40
