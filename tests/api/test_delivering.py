"""Partners deliver by program the numbers that they are asked for."""

from __future__ import annotations

import pytest

from rollout.models import Role
from tests.api.conftest import Caller
from tests.factories import (
    make_indicator,
    make_measurement,
    make_member,
    make_partner,
    make_request,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked():
    indicator = make_indicator()
    partner = make_partner(programme=indicator.programme)
    return make_request(indicator=indicator, partner=partner, last_value=10)


@pytest.fixture
def person(asked):
    return make_member(asked.programme, Role.PARTNER, partner=asked.partner)


def deliver(user, asked, match=None, **body):
    path = f"data-requests/{asked.pk}/deliver/"
    return Caller(user).send(path, body, match=match or asked)


def approve(user, measurement, match=None):
    path = f"measurements/{measurement.pk}/approve/"
    return Caller(user).send(path, {}, match=match or measurement)


def test_the_partner_delivers_and_a_manager_approves(asked, person):
    manager = make_member(asked.programme)

    answer = deliver(person, asked, value="12", comment="Talt i juni")
    measurement = asked.__class__.objects.get(pk=asked.pk).measurement
    approved = approve(manager, measurement)

    assert (answer.status_code, answer.json()["status"]) == (200, "submitted")
    assert (measurement.value, measurement.comment) == (12, "Talt i juni")
    assert approved.json()["status"] == "approved"
    assert approved.json()["approved_by"]["id"] == manager.pk
    assert approve(manager, measurement, approved.json()["version"]).status_code == 409


def test_a_number_is_delivered_once(asked, person):
    deliver(person, asked, value="12")

    again = deliver(person, asked, value="13")

    assert (again.status_code, again.json()["code"]) == (409, "conflict")


def test_a_surprising_number_must_be_confirmed(asked, person):
    doubted = deliver(person, asked, value="120")
    confirmed = deliver(person, asked, value="120", confirm=True)

    assert doubted.json()["errors"] == [
        {
            "field": "confirm",
            "code": "surprising",
            "detail": "Last time it was 10, now it is 120. Is that right?",
        }
    ]
    assert confirmed.status_code == 200


@pytest.mark.parametrize("value", ["", "tolv", "1e400", "NaN", None, [], "12.00001"])
def test_what_is_no_number_is_not_valid(value, asked, person):
    assert deliver(person, asked, value=value).status_code == 400


def test_it_is_based_on_the_version_that_was_seen(asked, person):
    value = {"value": "12"}
    path = f"data-requests/{asked.pk}/deliver/"

    assert deliver(person, asked, match=7, **value).status_code == 412
    assert Caller(person).send(path, value).status_code == 428


def test_others_deliver_and_approve_nothing(asked, person):
    observer = make_member(asked.programme, Role.OBSERVER)
    stranger = make_member(asked.programme, Role.PARTNER)
    measurement = make_measurement(
        data_request=asked, status="submitted", submitted_by=person
    )

    assert deliver(observer, asked, value="12").status_code == 403
    assert deliver(stranger, asked, value="12").status_code == 404
    assert approve(person, measurement).status_code == 403
