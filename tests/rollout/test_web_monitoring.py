"""The monitoring pages: how every objective stands, as each reader may see it."""

from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rollout.models import Role
from tests.factories import (
    NOON,
    make_indicator,
    make_measurement,
    make_member,
    make_objective,
    make_place,
)
from tests.rollout.test_figures import evictions, year
from tests.rollout.test_web_overview import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOON, tick=False):
        yield


def test_the_overview_tells_light_reason_value_and_age(client):
    indicator = evictions(7, 5)
    client.force_login(make_member(indicator.programme))

    response = client.get("/monitoring/")

    seen = text_of(response)
    assert "På rette vej Opfyldt: 5 er under 6." in seen
    assert "AAB55 Nyest: 5 2025, 2 måneder gammelt Før: 7" in seen
    assert 'style="' not in response.content.decode()


def test_an_observer_gets_met_or_not_met_in_page_drawing_and_file(client):
    indicator = evictions(5)
    client.force_login(make_member(indicator.programme, Role.OBSERVER))

    page = client.get("/monitoring/")
    file = client.get("/monitoring/?format=csv").content.decode()

    assert "Opfyldt: under 6." in text_of(page)
    assert "AAB55;2025;opfyldt;;61;på rette vej;Opfyldt: under 6." in file
    assert ">5<" not in page.content.decode()


def test_the_objective_has_every_figure_by_period_and_place(client):
    indicator = evictions(8, 7, 5)
    park = make_place(programme=indicator.programme, name="Vejleåparken")
    make_measurement(
        indicator=indicator,
        place=park,
        value=9,
        status="approved",
        **year(2024),
    )
    client.force_login(make_member(indicator.programme))

    seen = text_of(client.get(f"/objectives/{indicator.objective_id}/"))

    assert "Periode AAB55 Vejleåparken 2025 5 – 2024 7 9 2023 8 –" in seen


def test_one_place_is_chosen_by_its_code(client):
    indicator = evictions(5)
    other = make_place(programme=indicator.programme, code="parken")
    client.force_login(make_member(indicator.programme))

    seen = text_of(client.get(f"/monitoring/?place={other.code}"))

    assert "Der er endnu ingen godkendt værdi" in seen


def test_somebody_elses_objective_is_not_there(client):
    client.force_login(make_member(make_objective().focus_area.programme))

    assert client.get(f"/objectives/{make_objective().pk}/").status_code == 404


def test_more_indicators_ask_no_more_queries(client):
    indicator = evictions(7, 5)
    client.force_login(make_member(indicator.programme, Role.OBSERVER))
    with CaptureQueriesContext(connection) as few:
        client.get("/monitoring/")
    place = indicator.measurements.first().place
    for number in range(4):
        more = make_indicator(objective=indicator.objective, name=f"Nr. {number}")
        make_measurement(indicator=more, place=place, value=3, status="approved")

    with CaptureQueriesContext(connection) as many:
        client.get("/monitoring/")

    assert len(many) == len(few)


def test_a_value_from_the_present_period_is_not_old(client):
    indicator = evictions(5)
    indicator.measurements.update(period_end=date(2026, 12, 31))
    client.force_login(make_member(indicator.programme))

    assert "perioden er ikke slut" in text_of(client.get("/monitoring/"))
