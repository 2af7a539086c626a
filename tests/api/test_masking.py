"""Small numbers of residents are for those alone who have the right to see them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.forms import model_to_dict

from rollout import services
from rollout.masking import MASK, shown
from rollout.models import Role
from rollout.models.protection import protect_all
from rollout.web.reporting.indicator_forms import IndicatorForm
from tests.api.conftest import Caller
from tests.factories import (
    NOON,
    make_activity,
    make_attendance,
    make_indicator,
    make_initiative,
    make_measurement,
    make_member,
    make_partner,
    make_place,
    make_request,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    indicator = make_indicator(
        baseline=2, direction="decrease", baseline_missing_reason=""
    )
    partner = make_partner(programme=indicator.programme)
    request = make_request(indicator=indicator, partner=partner, last_value=1)
    measurement = make_measurement(
        data_request=request,
        value=4,
        comment="Fire unge",
        evidence_url="https://x.dk",
        returned_reason="Fire, ikke fem",
    )
    return {"request": request, "measurement": measurement, "partner": partner}


def ask(user, address):
    answer = Caller(user).ask(address)
    assert answer.status_code == 200
    return answer.json()["results"][0]


def member(world, role, **options):
    return make_member(world["request"].programme, role, **options)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.COORDINATOR])
def test_who_runs_the_programme_sees_small_numbers(role, world):
    value = ask(member(world, role), "measurements/")

    assert (value["value"], value["mask"]) == ("4", "")
    assert value["comment"] == "Fire unge"
    assert value["returned_reason"] == "Fire, ikke fem"


def test_who_delivers_a_number_sees_it(world):
    person = member(world, Role.PARTNER, partner=world["partner"])

    assert ask(person, "measurements/")["value"] == "4"
    assert ask(person, "data-requests/")["last_value"] == "1"


def test_others_see_that_a_number_is_hidden_and_nothing_that_tells_it(world):
    observer = member(world, Role.OBSERVER)

    value = ask(observer, "measurements/")
    asked = ask(observer, "data-requests/?expand=measurement")
    indicator = ask(observer, "indicators/?expand=measurements")

    assert (value["value"], value["mask"]) == (None, "<5")
    assert (value["comment"], value["evidence_url"]) == ("", "")
    assert value["returned_reason"] == ""
    assert (asked["last_value"], asked["last_value_mask"]) == (None, "*")
    assert asked["measurement"]["mask"] == "<5"
    assert (indicator["baseline"], indicator["baseline_mask"]) == (None, "<5")
    assert indicator["measurements"][0]["value"] is None


def test_files_hide_what_the_answer_hides(world):
    caller = Caller(member(world, Role.OBSERVER))

    text = caller.ask("measurements/?format=csv").getvalue().decode()

    assert ";<5;" in text
    assert "Fire" not in text


@pytest.mark.parametrize(("value", "is_met"), [(0, True), (5, True), (6, False)])
def test_of_few_that_are_to_be_kept_few_others_learn_only_whether_they_are(
    value, is_met, client
):
    """The agreement's own case: fewer than 6 evictions a year in AAB55."""
    indicator = make_indicator(
        name="Udsættelser i AAB55",
        direction="keep_below",
        threshold=6,
        rhythm="yearly",
        unit="udsættelser",
    )
    kept = make_measurement(indicator=indicator, value=value, status="approved")
    programme = indicator.programme
    observer, manager = make_member(programme, Role.OBSERVER), make_member(programme)

    told, own = ask(observer, "measurements/"), ask(manager, "measurements/")
    text = Caller(observer).ask("measurements/?format=csv").getvalue().decode()
    client.force_login(observer, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/monitoring/values/{kept.pk}/").content.decode()

    assert (told["value"], told["mask"], told["meets_threshold"]) == (None, "*", is_met)
    assert (own["value"], own["mask"]) == (str(value), "")
    assert f";{value};" not in text
    assert "vises ikke" in page
    assert ("Målet er nået" in page) is is_met
    assert f"{value} udsættelser" not in page


@pytest.mark.parametrize(
    ("role", "told"),
    [
        (Role.MANAGER, ({"13-17": 9, "": 3}, 12, "Lektiecafé")),
        (Role.OBSERVER, (None, None, "")),
    ],
)
def test_how_many_came_is_for_who_keeps_the_log(role, told):
    entry = make_attendance(note="Lektiecafé")
    person = make_member(entry.activity.programme, role)

    row = Caller(person).ask(f"attendance/{entry.pk}/").json()

    assert (row["participants"], row["total"], row["note"]) == told


def test_a_total_takes_another_part_with_it_where_one_part_is_small():
    indicator = make_indicator(age_bands=["0-12", "13-17", "18-25"])
    values = {"": 30, "0-12": 3, "13-17": 9, "18-25": 18}
    for band, value in values.items():
        make_measurement(indicator=indicator, band=band, value=value)
    observer = make_member(indicator.programme, Role.OBSERVER)

    rows = Caller(observer).ask("measurements/").json()["results"]

    told = {one["band"]: (one["value"], one["mask"]) for one in rows}
    assert told == {
        "": ("30", ""),
        "0-12": (None, "<5"),
        "13-17": (None, "*"),
        "18-25": ("18", ""),
    }


def test_a_group_of_places_hides_another_place_and_lets_go_of_it_again():
    indicator = make_indicator()
    group = make_place(programme=indicator.programme, kind="group")
    one, two = (make_place(programme=indicator.programme, parent=group) for _ in "ab")
    small = make_measurement(indicator=indicator, place=one, value=2)
    large = make_measurement(indicator=indicator, place=two, value=20)
    make_measurement(indicator=indicator, place=group, value=22, frozen_at=NOON)

    large.refresh_from_db()
    assert large.is_withheld

    small.value = 12
    small.save()
    large.refresh_from_db()
    assert not large.is_withheld


YEAR = {
    ("01-01", "03-31"): 7,
    ("04-01", "06-30"): 3,
    ("07-01", "09-30"): 8,
    ("10-01", "12-31"): 9,
    ("01-01", "12-31"): 27,
}


def make_year(numbers):
    """Make an indicator with the values of parts of 2026, and return what is hidden."""
    indicator = make_indicator(rhythm="quarterly")
    for (first, last), value in numbers.items():
        make_measurement(
            indicator=indicator,
            value=value,
            status="submitted",
            period_start=date.fromisoformat(f"2026-{first}"),
            period_end=date.fromisoformat(f"2026-{last}"),
        )
    return indicator, indicator.measurements.filter(is_withheld=True)


@pytest.mark.parametrize("order", [1, -1], ids=["year last", "year first"])
def test_a_year_does_not_tell_its_small_quarter(order):
    _indicator, withheld = make_year(dict(list(YEAR.items())[::order]))

    assert [one.value for one in withheld] == [7]


def test_a_quarter_that_is_approved_alone_stays_hidden():
    indicator, withheld = make_year(YEAR)
    (hidden,) = withheld.all()

    services.approve_measurement(hidden, by=make_member(indicator.programme), at=NOON)

    assert list(withheld.all()) == [hidden]


def test_what_is_hidden_stays_so_when_all_of_an_indicator_is_looked_at_again():
    indicator, withheld = make_year(YEAR)
    make_measurement(
        indicator=indicator,
        value=4,
        period_start=date(2027, 1, 1),
        period_end=date(2027, 3, 31),
    )

    protect_all(indicator)

    assert [one.value for one in withheld.all()] == [7]


@pytest.mark.parametrize(
    ("value", "fields", "is_masked"),
    [
        (0, {}, True),
        (4, {}, True),
        (5, {}, False),
        (5, {"is_share": True, "decimals": 1}, False),
        (4, {"decimals": 1}, False),
        (4, {"is_share": True}, False),
    ],
)
def test_only_small_counts_are_hidden(value, fields, is_masked):
    indicator = make_indicator(**fields)
    measurement = make_measurement(indicator=indicator, value=value)
    observer = make_member(indicator.programme, Role.OBSERVER)

    found = shown(Decimal(value), measurement, to=observer)

    assert (found.mask == MASK) is is_masked
    assert (found.value is None) is is_masked


def test_nothing_is_hidden_where_there_is_nothing_or_from_the_operator():
    measurement = make_measurement(value=3)

    assert shown(None, measurement, to=make_member(measurement.programme)).mask == ""
    assert shown(Decimal(3), measurement, to=None).value == 3


@pytest.mark.parametrize(
    ("role", "told"), [(Role.MANAGER, "4 unge"), (Role.OBSERVER, "under 5 unge")]
)
def test_the_pages_hide_the_same(role, told, world, client):
    request = world["request"]
    place = make_place(programme=request.programme)
    for one in (request, world["measurement"]):
        type(one).objects.filter(pk=one.pk).update(place=place)
    area = request.indicator.objective.focus_area
    initiative = make_initiative(focus_area=area)
    activity = make_activity(initiative=initiative, place=place, state="launched")
    client.force_login(
        member(world, role), backend="django.contrib.auth.backends.ModelBackend"
    )

    page = client.get(f"/activities/{activity.pk}/").content.decode()

    assert told in page


def test_bands_that_are_named_later_protect_what_is_there_already():
    indicator = make_indicator(age_bands=[])
    for band, value in {"": 12, "0-12": 3, "13-17": 9}.items():
        make_measurement(indicator=indicator, band=band, value=value)
    assert not indicator.measurements.filter(is_withheld=True).exists()
    form = IndicatorForm(programme=indicator.programme, of=indicator)
    said = {name: form[name].value() for name in form.fields} | {
        "age_bands": "0-12, 13-17"
    }
    form = IndicatorForm(
        {name: value for name, value in said.items() if value is not None},
        programme=indicator.programme,
        of=indicator,
    )
    assert form.is_valid(), form.errors

    services.change_indicator(
        indicator, form.values(), by=make_member(indicator.programme)
    )

    assert [one.band for one in indicator.measurements.filter(is_withheld=True)]


def test_a_group_made_in_the_admin_hides_what_its_total_would_tell(admin_client):
    indicator = make_indicator()
    programme = indicator.programme
    group = make_place(programme=programme, name="Hele området", kind="group")
    small, large = (make_place(programme=programme) for _ in range(2))
    for place, value in {group: 23, small: 3, large: 20}.items():
        make_measurement(indicator=indicator, place=place, value=value)
    assert not indicator.measurements.filter(is_withheld=True).exists()

    for place in (small, large):
        fields = model_to_dict(place) | {"parent": group.pk}
        said = {name: value for name, value in fields.items() if value is not None}
        answer = admin_client.post(f"/admin/rollout/place/{place.pk}/change/", said)
        assert answer.status_code == 302, answer.content.decode()[-2000:]

    withheld = indicator.measurements.filter(is_withheld=True)
    assert [one.place for one in withheld] == [large]
