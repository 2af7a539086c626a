"""What an hour of load is judged by: errors, growth, and the slowest hundredth."""

import math

import pytest

from benchmarks.course import Course, Look, percentiles
from benchmarks.load import Need
from benchmarks.wire import Sample


def answers(at, count, seconds=0.1, *, is_error=False):
    return [Sample(at, "page", "/", 200, seconds, is_error)] * count


def course(samples=(), growth=0.0, mails=None):
    """Return an hour in which the web server takes 100 MB and grows so much an hour."""
    looks = [
        Look(at, {"web": 100 + growth * at / 3600}, {"web": at / 2}, 0, 1)
        for at in range(0, 3601, 60)
    ]
    return Course(60, 2, {"web": 100.0}, list(samples), looks, mails or {})


def test_percentiles_are_answers_that_came_and_nothing_between_them():
    samples = [one for n in range(1, 101) for one in answers(0, 1, n / 10)]

    assert percentiles(samples) == {50: 5.0, 95: 9.5, 99: 9.9, 100: 10.0}
    assert set(percentiles(answers(0, 1, 2.0)).values()) == {2.0}


def test_an_hour_without_errors_and_growth_has_no_fault():
    fine = course([one for minute in range(60) for one in answers(minute * 60, 10)])

    assert [len(window) for window in fine.windows()] == [100] * 6
    assert fine.faults() == []
    assert math.isclose(fine.growth()["web"], 0, abs_tol=1e-6)


@pytest.mark.parametrize(
    ("found", "fault"),
    [
        (course(answers(0, 3, is_error=True)), "3 answers were errors"),
        (course(answers(0, 1), growth=20), "web grows by 20.0 MB an hour"),
        (course(answers(0, 1), mails={"sent": 9, "dead": 1}), "1 mails are dead"),
        (
            course([*answers(0, 9), *answers(1200, 9), *answers(3000, 9, 0.2)]),
            "the slowest hundredth grows",
        ),
    ],
)
def test_each_fault_is_named(found, fault):
    assert found.faults() == [fault]


def test_what_is_told_and_what_programs_get_agree():
    shown = course(answers(0, 4) + answers(700, 2, 3.0, is_error=True))

    told = "\n".join(shown.lines())

    assert "| 0–10 | 4 | 100 ms" in told
    assert "2 × page: 200" in told
    assert "processors in use: web 0.50" in told
    assert shown.as_json()["windows"][1]["p99"] == 3.0
    assert len(shown.as_json()["errors"]) == 2


def test_the_need_of_a_country_is_what_the_documentation_says():
    rates = Need().rates

    assert rates["look"] == 2
    assert rates["glance"] == 8
    assert round(rates["change"], 2) == 0.4
    assert round(rates["remind"] * 60) == 40
