"""Places lie inside one another, and never inside themselves."""

import pytest

from rollout.models import DataRequest, Place
from tests.factories import (
    make_activity,
    make_focus_area,
    make_indicator,
    make_initiative,
    make_measurement,
    make_objective,
    make_phase,
    make_place,
    make_request,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    return make_place(kind="group")


@pytest.fixture
def inner(group):
    return make_place(programme=group.programme, parent=group)


@pytest.fixture
def circle(group, inner):
    """Let two places lie inside each other, as two people at once could make them."""
    Place.objects.filter(pk=group.pk).update(parent=inner)
    return group, inner


def test_an_administrator_puts_no_place_into_one_that_lies_in_it(
    admin_client, group, inner
):
    form = {
        "programme": group.programme_id,
        "code": group.code,
        "name": group.name,
        "kind": group.kind,
        "position": 0,
        "parent": inner.pk,
    }

    answer = admin_client.post(f"/admin/rollout/place/{group.pk}/change/", form)

    assert "Et sted kan ikke ligge inde i sig selv." in answer.content.decode()
    group.refresh_from_db()
    assert group.parent is None


def test_what_goes_up_from_place_to_place_ends_where_they_lead_in_a_circle(circle):
    group, inner = circle
    programme = group.programme
    area = make_focus_area(programme=programme)
    indicator = make_indicator(objective=make_objective(focus_area=area))
    asked = make_request(indicator=indicator, place=group)
    activity = make_activity(
        place=Place.objects.get(pk=inner.pk),
        initiative=make_initiative(focus_area=area),
    )
    lone = make_place(programme=programme)
    phase = make_phase(programme=programme)
    phase.places.add(lone)

    value = make_measurement(indicator=indicator, place=inner, value=3)

    assert value.pk
    assert list(DataRequest.objects.concerning(activity)) == [asked]
    assert set(programme.phases.all().by_place()) == {lone.pk}
