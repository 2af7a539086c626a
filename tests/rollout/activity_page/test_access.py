"""The activity's page: who may see it, and who may act."""

from __future__ import annotations

import pytest

from rollout.models import Role
from tests.factories import make_activity, make_condition, make_member, make_programme
from tests.rollout.activity_page.scene import page
from tests.rollout.test_web_overview import text_of

pytestmark = pytest.mark.django_db


ADDRESSES = [
    ("", {}),
    ("transitions/launch/", {"launch-version": 1}),
    ("proposal/", {"proposal-version": 1}),
    ("responsible/", {"responsible-version": 1}),
    ("readiness/planning/", {"readiness-planning-version": 1}),
    ("milestones/", {"milestone-new-title": "x"}),
    (
        "evaluation/",
        {
            "evaluation-version": 0,
            "evaluation-conclusion": "ends",
            "evaluation-summary": "x",
        },
    ),
]


@pytest.mark.parametrize(("what", "data"), ADDRESSES)
def test_another_programmes_activity_is_not_there(client, what, data):
    activity = make_activity()
    client.force_login(make_member(make_programme()))
    ask = client.post if what else client.get

    assert ask(page(activity, what), data).status_code == 404


@pytest.mark.parametrize(("what", "data"), ADDRESSES[1:])
def test_an_observers_post_is_refused_and_changes_nothing(client, what, data):
    activity = make_activity()
    client.force_login(make_member(activity.programme, Role.OBSERVER))

    response = client.post(page(activity, what), data)

    assert response.status_code == 403
    assert "Det har du ikke adgang til" in text_of(response)
    activity.refresh_from_db()
    assert activity.version == 1


@pytest.mark.parametrize(("what", "data"), ADDRESSES[1:])
def test_nothing_is_changed_by_a_get(client, what, data):
    activity = make_activity()
    client.force_login(make_member(activity.programme))

    assert client.get(page(activity, what)).status_code == 405


def test_a_post_after_the_login_expired_comes_back_to_the_page(client):
    activity = make_activity()
    url = page(activity, "transitions/clarify/")

    response = client.post(
        url, headers={"Referer": f"http://testserver{page(activity)}"}
    )

    assert response["Location"] == f"/accounts/login/?next={page(activity)}"


def test_a_foreign_referer_leads_to_where_people_start(client):
    response = client.post(
        page(make_activity(), "proposal/"), headers={"Referer": "https://evil.example/"}
    )

    assert response["Location"] == "/accounts/login/?next=/start/"


def test_an_expired_login_reloads_the_whole_page_where_htmx_asks(client):
    response = client.post(
        page(make_activity(), "proposal/"), headers={"HX-Request": "true"}
    )

    assert response["HX-Redirect"].startswith("/accounts/login/")


@pytest.mark.parametrize(
    "what", ["transitions/explode/", "readiness/weather/", "milestones/1/finish/"]
)
def test_an_unknown_verb_or_object_is_not_there(client, what):
    activity = make_activity()
    client.force_login(make_member(activity.programme))

    assert client.post(page(activity, what)).status_code == 404


def test_a_condition_of_another_activity_is_not_there(client):
    activity = make_activity()
    other = make_condition(activity=make_activity(programme=activity.programme))
    client.force_login(make_member(activity.programme))

    url = page(activity, f"conditions/{other.pk}/")

    assert client.post(url, {}).status_code == 404
