"""Figures are the newest approved ones, masked, judged in words, and drawn."""

from datetime import date
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from rollout.figures import Breakdown, Light, figures_of
from rollout.figures.chart import chart_of
from rollout.figures.words import about
from rollout.masking import shown
from rollout.models import Indicator, Role, Target
from rollout.services.attainment import with_targets
from tests.factories import (
    make_focus_area,
    make_indicator,
    make_measurement,
    make_member,
    make_objective,
    make_partner,
    make_place,
    make_request,
)

pytestmark = pytest.mark.django_db

ON = date(2026, 3, 2)


def year(number):
    return {"period_start": date(number, 1, 1), "period_end": date(number, 12, 31)}


def evictions(*values, **fields):
    """Make the memo's S4: fewer than 6 a year in AAB55, with a value for each year."""
    objective = make_objective(
        focus_area=make_focus_area(), direction="keep_below", threshold=6
    )
    indicator = make_indicator(
        **{"objective": objective, "direction": "keep_below", "threshold": 6}
        | {"name": "Udsættelser", "unit": "udsættelser", "rhythm": "yearly"}
        | fields
    )
    place = make_place(programme=objective.focus_area.programme, name="AAB55")
    first = 2026 - len(values)
    for number, value in enumerate(values, start=first):
        make_measurement(
            indicator=indicator,
            place=place,
            value=value,
            **{"status": "approved"} | year(number),
        )
    return indicator


def read(indicator, user=None, **options):
    found = Indicator.objects.select_related(
        "objective__focus_area__programme", "delivered_by"
    ).filter(pk=indicator.pk)
    return figures_of(found, user=user, on=options.pop("on", ON), **options)[0]


@pytest.mark.parametrize(
    ("value", "light", "said"),
    [(5, Light.GOOD, "5 er under 6"), (6, Light.BAD, "6 er ikke under 6")],
)
def test_a_threshold_is_strict_and_the_reason_is_in_words(value, light, said):
    verdict = read(evictions(value)).verdict

    assert (verdict.light, said in verdict.reason) == (light, True)


@pytest.mark.parametrize(
    ("value", "told"), [(5, "opfyldt"), (6, "ikke opfyldt"), (2, "opfyldt")]
)
def test_who_may_not_see_small_numbers_learns_only_whether_the_target_is_met(
    value, told
):
    indicator = evictions(value)
    observer = make_member(indicator.programme, Role.OBSERVER)

    figures = read(indicator, observer)

    drawing = chart_of(figures, key="x")
    assert figures.is_verdict_only
    assert f"2025: {told}." in drawing
    assert f">{value}<" not in drawing
    assert str(value) not in figures.verdict.reason.replace("6", "")


def test_the_chart_of_a_manager_has_the_threshold_and_every_value_in_words():
    drawing = chart_of(read(evictions(7, 5, baseline=8)), key="x")

    svg = ET.fromstring(drawing)
    title = svg.find("{http://www.w3.org/2000/svg}title").text
    about = svg.find("{http://www.w3.org/2000/svg}desc").text
    assert title == "Udsættelser (udsættelser)"
    assert about == "Skal holdes under 6. Førmåling 8. AAB55: 2024: 7; 2025: 5."
    assert "Skal holdes under 6" in "".join(svg.itertext())
    assert "style=" not in drawing


def test_the_axis_writes_millions_out_and_gives_them_room():
    figures = read(evictions(0, 4_000_000, direction="increase", threshold=None))

    svg = ET.fromstring(chart_of(figures, key="x"))

    texts = svg.iter("{http://www.w3.org/2000/svg}text")
    ends = {one.text: float(one.get("x")) for one in texts}
    assert {"0", "2.000.000", "4.000.000"} <= ends.keys()
    # As wide as it is in the fonts of the pages and of a PDF.
    assert ends["4.000.000"] >= 7 * len("4.000.000")


def test_only_approved_values_count_and_the_newest_comes_last():
    indicator = evictions(7, 5)
    make_measurement(
        indicator=indicator,
        place=indicator.measurements.first().place,
        value=1,
        status="draft",
        **year(2026),
    )

    (series,) = read(indicator, newest=1).series

    assert [point.value for point in series.points] == [Decimal(5)]


@pytest.mark.parametrize(
    ("bands", "by_place", "by_band", "by_group"),
    [
        (["", "18-25", "piger"], [""], ["18-25"], ["piger"]),
        (["", "18-25"], [""], ["18-25"], [""]),
        (["", "piger"], [""], [""], ["piger"]),
        (["18-25", "piger"], ["18-25", "piger"], ["18-25"], ["piger"]),
        (["piger"], ["piger"], ["piger"], ["piger"]),
        ([""], [""], [""], [""]),
    ],
)
def test_parts_are_shown_when_asked_for_or_when_there_is_nothing_else(
    bands, by_place, by_band, by_group
):
    indicator = evictions(age_bands=["18-25"], groups=["piger", "drenge"])
    place = make_place(programme=indicator.programme)
    for band in bands:
        make_measurement(
            indicator=indicator,
            place=place,
            band=band,
            value=7,
            **{"status": "approved"} | year(2025),
        )

    shown = [
        [one.band for one in read(indicator, breakdown=breakdown).series]
        for breakdown in (Breakdown.PLACE, Breakdown.BAND, Breakdown.GROUP)
    ]

    assert shown == [by_place, by_band, by_group]


def test_an_old_value_is_never_green():
    verdict = read(evictions(5), on=date(2028, 3, 2)).verdict

    assert verdict.light == Light.WATCH
    assert verdict.reason.endswith("Tallet er gammelt.")


@pytest.mark.parametrize(
    ("direction", "baseline", "values", "light"),
    [
        ("increase", 10, [12], Light.GOOD),
        ("increase", 10, [10], Light.WATCH),
        ("decrease", 10, [12], Light.BAD),
        ("increase", None, [12], Light.UNKNOWN),
        ("increase", None, [12, 14], Light.WATCH),
        ("decrease", None, [12, 14], Light.BAD),
    ],
)
def test_without_a_threshold_the_baseline_or_the_value_before_judges(
    direction, baseline, values, light
):
    indicator = evictions(
        *values, direction=direction, threshold=None, baseline=baseline
    )

    assert read(indicator).verdict.light == light


def test_a_masked_value_is_drawn_as_its_range_and_not_judged():
    indicator = evictions(3, direction="decrease", threshold=None, baseline=9)
    observer = make_member(indicator.programme, Role.OBSERVER)

    figures = read(indicator, observer)

    assert figures.verdict.light == Light.UNKNOWN
    assert "under 5" in chart_of(figures, key="x")
    assert ">3<" not in chart_of(figures, key="x")


def test_without_values_nothing_is_drawn_and_the_reason_says_so():
    figures = read(make_indicator())

    assert chart_of(figures, key="x") == ""
    assert figures.verdict.reason.startswith("Der er endnu ingen godkendt værdi")


@pytest.mark.parametrize(
    ("value", "light", "said"),
    [
        (13, Light.GOOD, "13 når målet 12"),
        (11, Light.WATCH, "11 når ikke målet 12, men ligger over førmålingen"),
        (9, Light.BAD, "9 når ikke målet 12."),
    ],
)
def test_a_target_judges_before_the_baseline_and_is_drawn(value, light, said):
    indicator = evictions(
        value, direction="increase", threshold=None, baseline=10, is_share=True
    )
    Target.objects.create(indicator=indicator, value=12, **year(2025))

    figures = read(indicator)

    assert (figures.verdict.light, said in figures.verdict.reason) == (light, True)
    assert "Mål 12, 2025, alle steder." in chart_of(figures, key="x")


def test_a_place_s_own_target_comes_before_the_one_for_everywhere():
    indicator = evictions(9, direction="increase", threshold=None, is_share=True)
    place = indicator.measurements.get().place
    Target.objects.create(indicator=indicator, value=12, **year(2025))
    Target.objects.create(indicator=indicator, place=place, value=8, **year(2025))

    assert read(indicator).verdict.light == Light.GOOD


@pytest.mark.parametrize(("is_share", "light"), [(True, "bad"), (False, "watch")])
def test_only_a_share_is_to_reach_in_one_place_what_is_set_for_all(is_share, light):
    indicator = evictions(
        9, direction="increase", threshold=None, baseline=9, is_share=is_share
    )
    Target.objects.create(indicator=indicator, value=12, **year(2025))
    (value,) = indicator.measurements.all()

    (compared,) = with_targets([value])

    assert read(indicator).verdict.light == Light(light)
    assert compared.target == (12 if is_share else None)


def test_what_is_counted_everywhere_is_to_reach_what_is_set_for_all():
    indicator = evictions(9, direction="increase", threshold=None)
    indicator.measurements.update(place=None)
    Target.objects.create(indicator=indicator, value=12, **year(2025))

    assert read(indicator).verdict.light == Light.BAD


def test_a_small_baseline_is_hidden_from_who_may_not_see_it():
    indicator = evictions(120, direction="increase", threshold=None, baseline=3)
    reader = make_member(indicator.programme, Role.OBSERVER)

    hidden, known = read(indicator, reader), read(indicator)

    assert (hidden.baseline.value, hidden.baseline.mask) == (None, "<5")
    assert "Førmåling under 5." in about(hidden)
    assert "Førmåling" not in chart_of(hidden, key="a").partition("</desc>")[2]
    assert hidden.verdict.reason == "120 er bedre end førmålingen."
    assert "Førmåling 3." in about(known)
    assert "Førmåling 3" in chart_of(known, key="a").partition("</desc>")[2]


@pytest.mark.parametrize("is_asked", [True, False])
def test_a_number_asked_of_no_partner_is_hidden_also_from_who_usually_delivers_it(
    is_asked,
):
    indicator = evictions(3, direction="increase", threshold=None)
    partner = make_partner(programme=indicator.programme)
    indicator.delivered_by = partner
    indicator.save()
    reader = make_member(indicator.programme, Role.PARTNER, partner=partner)
    if is_asked:
        asked = make_request(indicator=indicator, partner=None)
        indicator.measurements.update(data_request=asked)

    (series,) = read(indicator, reader).series

    told = (series.points[-1].value, series.points[-1].mask)
    assert told == ((None, "<5") if is_asked else (3, ""))
    value = indicator.measurements.get()
    assert told == (shown(value.value, value, to=reader).value, told[1])
