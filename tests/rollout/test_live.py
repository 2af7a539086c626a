"""How open pages learn that something changed, for next to nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from rollout import services
from rollout.models import Change, Role
from rollout.web.live import live_activity, live_of
from tests.factories import (
    NOON,
    TODAY,
    make_activity,
    make_member,
    make_milestone,
    make_programme,
    make_round,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOON, tick=False):
        yield


def ask(client, live):
    return client.get(live.url, headers={"If-None-Match": f'"{live.mark}"'})


def test_nothing_new_costs_four_queries_and_no_content(
    client, django_assert_max_num_queries
):
    activity = make_activity()
    client.force_login(make_member(activity.programme))
    live = live_of(activity.programme, on=TODAY)

    # Session, person, programme, and the mark itself.
    with django_assert_max_num_queries(4):
        answer = ask(client, live)

    assert answer.status_code == 304
    assert answer.content == b""
    assert answer["ETag"] == f'"{live.mark}"'


def test_any_change_in_the_programme_is_noticed(client):
    activity = make_activity()
    programme = activity.programme
    manager = make_member(programme)
    client.force_login(manager)

    for change in (
        lambda: make_milestone(activity=activity),
        lambda: services.set_readiness(
            activity, "planning", is_met=True, by=manager, at=NOON
        ),
        lambda: make_round(programme=programme),
        activity.delete,
    ):
        live = live_of(programme, on=TODAY)
        assert ask(client, live).status_code == 304

        change()

        answer = ask(client, live)
        assert answer.status_code == 200
        assert answer["ETag"] == f'"{live_of(programme, on=TODAY).mark}"'


def test_an_activitys_page_does_not_care_about_other_activities(client):
    activity = make_activity()
    other = make_activity(programme=activity.programme)
    client.force_login(make_member(activity.programme))
    live = live_activity(activity, on=TODAY)

    make_milestone(activity=other)
    assert ask(client, live).status_code == 304

    make_milestone(activity=activity)
    assert ask(client, live).status_code == 200


def test_a_change_that_got_its_number_early_and_ends_late_is_noticed():
    programme = make_programme()
    changes = Change.objects.filter(programme=programme)
    hidden = changes.order_by("-pk")[0].pk
    make_activity(programme=programme)
    without = changes.exclude(pk=hidden).mark()

    assert changes.mark() != without


def test_a_new_day_makes_the_page_old():
    programme = make_programme()

    today, tomorrow = (
        live_of(programme, on=TODAY + timedelta(days=days)).mark for days in (0, 1)
    )

    assert today != tomorrow


def test_other_peoples_programmes_and_activities_are_not_there(client):
    activity = make_activity()
    client.force_login(make_member(make_programme()))

    assert ask(client, live_of(activity.programme, on=TODAY)).status_code == 404
    assert ask(client, live_activity(activity, on=TODAY)).status_code == 404

    client.force_login(make_member(activity.programme, Role.PARTNER))
    assert ask(client, live_of(activity.programme, on=TODAY)).status_code == 304
    assert ask(client, live_activity(activity, on=TODAY)).status_code == 404


def test_who_was_logged_out_keeps_the_page_with_what_is_written_on_it(client):
    activity = make_activity()

    for live in (
        live_of(activity.programme, on=TODAY),
        live_activity(activity, on=TODAY),
    ):
        assert ask(client, live).status_code == 204


@pytest.mark.parametrize("path", ["/", "/board/"])
def test_pages_ask_about_the_mark_that_they_were_made_at(client, path):
    activity = make_activity()
    client.force_login(make_member(activity.programme))
    live = live_of(activity.programme, on=TODAY)

    shown = client.get(path).content.decode()

    assert f'hx-get="{live.url}"' in shown
    assert live.mark in shown
