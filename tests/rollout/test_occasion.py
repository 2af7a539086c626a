"""A day of any year becomes a date in the year that is asked about."""

from datetime import date

import pytest

from rollout.models import Occasion

NOVEMBER_1 = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("11-01", "11-30", (date(2026, 11, 1), date(2026, 11, 30))),
        ("10-31", "10-31", (date(2027, 10, 31), date(2027, 10, 31))),
        ("12-01", "01-31", (date(2026, 12, 1), date(2027, 1, 31))),
        ("10-01", "11-30", (date(2027, 10, 1), date(2027, 11, 30))),
        ("02-29", "02-29", (date(2027, 2, 28), date(2027, 2, 28))),
        ("06-30", "06-31", (date(2027, 6, 30), date(2027, 6, 30))),
    ],
)
def test_it_falls_in_the_twelve_months_from_the_start(first, last, days):
    assert Occasion(first=first, last=last).days_from(NOVEMBER_1) == days
