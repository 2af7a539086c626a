"""Small numbers of residents are for those alone who have the right to see them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rollout.masking import MASK, shown
from rollout.models import Role
from tests.api.conftest import Caller
from tests.factories import (
    make_activity,
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
        baseline=2, direction="keep_below", threshold=6, baseline_missing_reason=""
    )
    partner = make_partner(programme=indicator.programme)
    request = make_request(indicator=indicator, partner=partner, last_value=1)
    measurement = make_measurement(
        data_request=request, value=4, comment="Fire unge", evidence_url="https://x.dk"
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
    assert (asked["last_value"], asked["last_value_mask"]) == (None, "<5")
    assert asked["measurement"]["mask"] == "<5"
    assert (indicator["baseline"], indicator["baseline_mask"]) == (None, "<5")
    assert indicator["measurements"][0]["value"] is None


def test_files_hide_what_the_answer_hides(world):
    caller = Caller(member(world, Role.OBSERVER))

    text = caller.ask("measurements/?format=csv").getvalue().decode()

    assert ";<5;" in text
    assert "Fire unge" not in text


def test_whether_a_threshold_is_kept_is_no_secret(world):
    assert ask(member(world, Role.OBSERVER), "measurements/")["meets_threshold"] is True


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
    type(request).objects.filter(pk=request.pk).update(place=place)
    area = request.indicator.objective.focus_area
    initiative = make_initiative(focus_area=area)
    activity = make_activity(initiative=initiative, place=place, state="launched")
    client.force_login(
        member(world, role), backend="django.contrib.auth.backends.ModelBackend"
    )

    page = client.get(f"/activities/{activity.pk}/").content.decode()

    assert told in page
