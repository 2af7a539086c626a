"""Calendars: valid for parsers that are not ours, quiet about everything else."""

from __future__ import annotations

import re
from datetime import date, timedelta

import icalendar
import pytest
import time_machine
import vobject
from django.urls import reverse

from notifications import feeds
from notifications.models import CalendarEvent, CalendarFeed
from rollout.models import Membership, Milestone, User
from tests.factories import (
    NOON,
    make_activity,
    make_grant,
    make_indicator,
    make_member,
    make_milestone,
    make_objective,
    make_partner,
    make_place,
    make_programme,
    make_request,
    make_round,
)
from workflows.engine import perform

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def programme():
    return make_programme()


@pytest.fixture
def manager(programme):
    return make_member(programme, name="Eksempel Leder", language="en")


@pytest.fixture
def activity(programme, manager):
    return make_activity(programme=programme, state="launched", responsible=manager)


def fetch(client, secret, **headers):
    return client.get(reverse("notifications:calendar", args=[secret]), headers=headers)


def events(answer):
    """Parse with both libraries; return the events by UID as icalendar has them."""
    assert answer.status_code == 200
    ours = icalendar.Calendar.from_ical(answer.content)
    theirs = vobject.readOne(answer.content.decode())
    theirs.validate(raiseException=True)
    found = {str(event["uid"]): event for event in ours.walk("VEVENT")}
    assert {event.uid.value for event in theirs.contents.get("vevent", [])} == set(
        found
    )
    return found


def of_programme(manager, programme):
    return feeds.create(manager, at=NOON, programme=programme)


def test_a_calendar_holds_the_programmes_deadlines(
    client, manager, programme, activity
):
    milestone = make_milestone(activity=activity, title="Lokale; fundet, æøå")
    make_grant(programme=programme, ends_on=date(2026, 12, 31))
    _feed, secret = of_programme(manager, programme)

    answer = fetch(client, secret)

    found = events(answer)
    assert len(found) == 2
    event = found[f"milestone-{milestone.pk}@localhost"]
    assert event["summary"] == "Lokale; fundet, æøå (Fritidsjobforløb, Vejleåparken)"
    assert event["dtstart"].dt == date(2026, 4, 15)
    assert event["dtend"].dt == date(2026, 4, 16)
    assert (event["sequence"], event["status"]) == (0, "CONFIRMED")
    assert event["url"].endswith(f"/activities/{activity.pk}/#milestone-{milestone.pk}")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert not answer.cookies


def test_a_title_cannot_smuggle_in_a_component(client, manager, programme, activity):
    title = "Møde\r\nBEGIN:VALARM\r\nTRIGGER:-PT1M\r\nEND:VALARM " + "æ" * 100
    make_milestone(activity=activity, title=title)
    _feed, secret = of_programme(manager, programme)

    answer = fetch(client, secret)

    (event,) = events(answer).values()
    assert event.subcomponents == []
    assert "Møde BEGIN:VALARM TRIGGER" in event["summary"]
    lines = answer.content.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75


def test_only_the_secret_opens_it_and_the_database_does_not_hold_it(
    client, manager, programme
):
    feed, secret = of_programme(manager, programme)

    assert len(secret) == 43
    assert secret not in str(CalendarFeed.objects.filter(pk=feed.pk).values())
    assert fetch(client, secret).status_code == 200
    assert fetch(client, secret[:-1]).status_code == 404
    assert fetch(client, feed.digest).status_code == 404
    assert (
        client.post(reverse("notifications:calendar", args=[secret])).status_code == 405
    )


def test_every_reason_to_refuse_looks_the_same(client, manager, programme):
    unknown = fetch(client, "x" * 43)
    revoked_feed, revoked = of_programme(manager, programme)
    feeds.revoke(revoked_feed, at=LATER)
    _feed, of_leaver = of_programme(make_member(programme), programme)
    User.objects.exclude(pk=manager.pk).update(is_active=False)
    former = make_member(programme)
    _feed, of_former = of_programme(former, programme)
    Membership.objects.filter(user=former).delete()

    answers = [fetch(client, secret) for secret in (revoked, of_leaver, of_former)]

    for answer in [unknown, *answers]:
        assert answer.status_code == 404
        assert answer.content == unknown.content
    assert not revoked_feed.events.exists()


def test_looking_changes_nothing_and_the_same_again_is_not_sent(
    client, manager, programme, activity, django_assert_num_queries
):
    make_milestone(activity=activity)
    _feed, secret = of_programme(manager, programme)
    before = list(CalendarEvent.objects.values())

    first = fetch(client, secret)
    with django_assert_num_queries(4):
        again = fetch(client, secret, **{"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert list(CalendarEvent.objects.values()) == before


def test_a_change_raises_the_sequence_and_keeps_the_uid(
    client, manager, programme, activity
):
    milestone = make_milestone(activity=activity)
    feed, secret = of_programme(manager, programme)
    first = fetch(client, secret)
    Milestone.objects.filter(pk=milestone.pk).update(due_on=date(2026, 5, 4))

    feeds.refresh_one(feed, now=LATER)
    feeds.refresh_one(feed, now=LATER + timedelta(hours=1))

    second = fetch(client, secret, **{"If-None-Match": first.headers["ETag"]})
    (event,) = events(second).values()
    assert set(events(first)) == {str(event["uid"])}
    assert (event["sequence"], event["dtstart"].dt) == (1, date(2026, 5, 4))
    assert event["dtstamp"].dt == LATER


def test_what_is_finished_stays_cancelled_for_a_while(
    client, manager, programme, activity
):
    milestone = make_milestone(activity=activity)
    feed, secret = of_programme(manager, programme)
    perform(milestone, "finish", by=manager, at=LATER)

    at_once = events(fetch(client, secret))
    feeds.refresh_one(feed, now=LATER)
    after_the_round = events(fetch(client, secret))
    feeds.refresh_one(feed, now=LATER + timedelta(days=59))
    long_after = events(fetch(client, secret))
    feeds.refresh_one(feed, now=LATER + timedelta(days=61))

    for found in (at_once, after_the_round, long_after):
        (event,) = found.values()
        assert (event["status"], event["sequence"]) == ("CANCELLED", 1)
    assert events(fetch(client, secret)) == {}


def test_what_comes_back_is_confirmed_again(client, manager, programme, activity):
    milestone = make_milestone(activity=activity)
    feed, secret = of_programme(manager, programme)
    done = perform(milestone, "finish", by=manager, at=LATER)
    feeds.refresh_one(feed, now=LATER)
    perform(done, "reopen", by=manager, at=LATER, reason="ikke helt")

    feeds.refresh_one(feed, now=LATER)

    (event,) = events(fetch(client, secret)).values()
    assert (event["status"], event["sequence"]) == ("CONFIRMED", 2)


def test_what_is_not_agreed_is_tentative(client, manager, programme):
    make_round(programme=programme)
    _feed, secret = of_programme(manager, programme)

    (event,) = events(fetch(client, secret)).values()

    assert event["status"] == "TENTATIVE"


def test_ones_own_calendar_holds_what_lies_with_oneself_and_ones_partner(
    client, programme, activity
):
    partner = make_partner(programme=programme)
    person = make_member(programme, "partner", partner=partner)
    activity.contributors.add(partner)
    own = make_milestone(activity=activity, responsible=person)
    shared = make_milestone(activity=activity, responsible_partner=partner)
    make_milestone(activity=activity)
    _feed, secret = feeds.create(person, at=NOON)

    found = events(fetch(client, secret))

    assert set(found) == {f"milestone-{one.pk}@localhost" for one in (own, shared)}


def test_a_places_calendar_holds_what_happens_there_and_in_its_parts(
    client, manager, programme
):
    group = make_place(programme=programme, name="Vildtbanegård", kind="group")
    part = make_place(programme=programme, parent=group)
    inside = make_milestone(
        activity=make_activity(programme=programme, place=part, state="launched")
    )
    make_milestone(activity=make_activity(programme=programme, state="launched"))
    indicator = make_indicator(
        objective=make_objective(focus_area=inside.activity.initiative.focus_area)
    )
    asked = make_request(indicator=indicator, place=group)
    make_request(indicator=indicator, place=make_place(programme=programme))
    _feed, secret = feeds.create(manager, at=NOON, place=group)

    found = events(fetch(client, secret))

    assert set(found) == {
        f"milestone-{inside.pk}@localhost",
        f"data_request-{asked.pk}@localhost",
    }


def test_a_partners_calendar_shows_no_more_than_its_pages(client, programme, activity):
    partner = make_partner(programme=programme)
    person = make_member(programme, "partner", partner=partner)
    make_milestone(activity=activity)
    own = make_milestone(responsible_partner=partner, activity=activity)
    _feed, secret = of_programme(person, programme)

    before = events(fetch(client, secret))
    Milestone.objects.filter(pk=own.pk).update(responsible_partner=None)
    after = events(fetch(client, secret))

    assert set(before) == {f"milestone-{own.pk}@localhost"}
    assert [event["status"] for event in after.values()] == ["CANCELLED"]


def test_a_round_takes_those_that_were_compared_longest_ago(manager, programme):
    feed, _secret = of_programme(manager, programme)
    ended, _secret = of_programme(manager, programme)
    feeds.revoke(ended, at=NOON)

    at_once = feeds.refresh(now=NOON + timedelta(minutes=1))
    in_time = feeds.refresh(now=NOON + timedelta(minutes=5))

    assert (at_once, in_time) == (0, 1)
    feed.refresh_from_db()
    assert feed.refreshed_at == NOON + timedelta(minutes=5)


def test_a_person_makes_and_ends_a_calendar_on_the_page(
    client, manager, programme, activity
):
    make_milestone(activity=activity)
    client.force_login(manager)
    page = reverse("notifications:calendars")

    made = client.post(
        reverse("notifications:create_calendar"),
        {"content": f"programme:{programme.pk}"},
    )
    address = re.search(
        r"http://localhost:8000(/calendar/\S+\.ics)", made.content.decode()
    )[1]
    listed = client.get(page)

    assert len(events(client.get(address))) == 1
    assert address not in listed.content.decode()
    assert made.headers["Cache-Control"] == "no-store"
    assert "?sort=" in listed.content.decode()
    assert 'href="?' not in made.content.decode(), "the address takes posts only"
    feed = CalendarFeed.objects.get()
    client.post(reverse("notifications:revoke_calendar", args=[feed.pk]))
    assert client.get(address).status_code == 404


def test_after_a_login_that_had_expired_no_calendar_is_made_yet(
    client, manager, programme
):
    client.force_login(manager)
    content = f"programme:{programme.pk}"

    shown = client.post(
        reverse("notifications:create_calendar"), {"content": content, "resumed": "yes"}
    )

    html = shown.content.decode()
    assert "Nothing has been saved yet." in html
    # Another language is chosen on the page itself: the form's address only posts.
    assert f'name="next" value="{reverse("notifications:calendars")}"' in html
    assert not CalendarFeed.objects.exists()


def test_nobody_makes_a_calendar_of_what_they_may_not_see(client, manager, programme):
    foreign = make_place()
    client.force_login(manager)

    answer = client.post(
        reverse("notifications:create_calendar"), {"content": f"place:{foreign.pk}"}
    )

    assert answer.status_code == 422
    assert not CalendarFeed.objects.exists()


def test_nobody_ends_somebody_elses_calendar(client, manager, programme):
    feed, _secret = of_programme(manager, programme)
    client.force_login(make_member(programme))

    answer = client.post(reverse("notifications:revoke_calendar", args=[feed.pk]))

    assert answer.status_code == 404
    assert CalendarFeed.objects.open().count() == 1
