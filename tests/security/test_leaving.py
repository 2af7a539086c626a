"""Who has left gets in nowhere, at once; and no login lasts for ever."""

from datetime import timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse

from notifications import feeds, links, subscriptions
from notifications.models import Answer
from rollout import services
from rollout.models import Milestone
from tests.api.conftest import Caller
from tests.factories import NOON, make_member, make_milestone, make_programme
from workflows.engine import NotAllowed

pytestmark = pytest.mark.django_db

PASSWORD = "a long and good password"  # of people made up here


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def logged_in(person):
    client = Client(headers={"User-Agent": "Mozilla (X11; Linux) Firefox/140"})
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def is_in(client):
    return client.get("/profile/").status_code == 200


def test_every_door_closes_with_the_account_and_stays_shut(clock):
    """Checklist 7, 10, 24, 30 and 36: nothing that opened before opens any more."""
    milestone = make_milestone()
    person = make_member(milestone.programme)
    milestone.responsible = person
    milestone.save()
    browser, program = logged_in(person), Caller(person)
    _feed, calendar = feeds.create(person, at=NOON)
    link = links.issue(milestone, to=person, message=None, at=NOON)
    mailing = subscriptions.token_for(person, subscriptions.Mailing.DIGEST)
    doors = {
        "feed": reverse("notifications:calendar", args=[calendar]),
        "mailing": reverse("notifications:subscription", args=[mailing]),
    }
    assert is_in(browser)
    assert program.ask("status/").status_code == 200
    assert [Client().get(door).status_code for door in doors.values()] == [200, 200]
    stranger = Client()
    form = stranger.get(reverse("notifications:open_link", args=[link])).url

    services.close_account(person, at=NOON)

    assert not is_in(browser)
    assert program.ask("status/").status_code == 401
    assert Client().get(doors["feed"]).status_code == 404
    assert b"checked" not in Client().get(doors["mailing"]).content
    stranger.post(form, {"choice": "done"})
    assert Milestone.objects.get(pk=milestone.pk).state == "open"
    assert not Answer.objects.exists()
    person.is_active = True
    person.save()
    assert not is_in(browser)
    assert program.ask("status/").status_code == 401


def test_a_role_that_is_taken_away_is_gone_with_the_next_request(clock):
    """Checklist 7: rights are read each time."""
    milestone = make_milestone()
    person = make_member(milestone.programme)
    browser, program = logged_in(person), Caller(person)
    page = milestone.activity.get_absolute_url()
    assert browser.get(page).status_code == 200

    person.memberships.all().delete()

    assert browser.get(page).status_code == 404
    address = f"activities/{milestone.activity.pk}/"
    assert program.ask(address).status_code == 404
    with pytest.raises(NotAllowed):
        services.require(person, "rollout.edit_activity", milestone.activity)


@pytest.mark.parametrize(
    ("minutes", "lasts"), [([59, 59, 59], True), ([61], False), ([50] * 15, False)]
)
def test_a_login_ends_when_unused_and_after_half_a_day(clock, minutes, lasts):
    """Checklist 30: an idle and an absolute limit, kept by the server."""
    browser = logged_in(make_member(make_programme()))
    assert is_in(browser)

    for some in minutes:
        clock.shift(timedelta(minutes=some))
        answer = is_in(browser)

    assert answer is lasts


def test_a_page_that_is_left_open_does_not_keep_its_login(clock):
    """Checklist 30: what a page asks for by itself is no sign of life."""
    programme = make_programme()
    browser = logged_in(make_member(programme))
    news = reverse("rollout:live", args=[programme.pk])

    for _time in range(5):
        clock.shift(timedelta(minutes=13))
        answer = browser.get(news, headers={"X-Unattended": "true"})

    assert answer.status_code == 204
    assert not is_in(browser)


BROWSER = {"User-Agent": "Mozilla (X11; Linux) Firefox/140"}


def log_in_by_password(client, person):
    client.post(
        reverse("account_login"),
        {"login": person.email, "password": PASSWORD},
    )


def login_by_password(person):
    client = Client(headers=BROWSER)
    log_in_by_password(client, person)
    assert is_in(client)
    return client


def test_who_logs_in_is_told_so_in_plain_words():
    person = make_member(make_programme(), password=PASSWORD)
    client = Client(headers=BROWSER)
    log_in_by_password(client, person)

    page = client.get(reverse("rollout:my_work")).content.decode()

    assert f"Du er logget ind som {person.name}." in page


def test_ones_logins_say_how_long_they_last(settings):
    settings.SESSION_COOKIE_AGE = 8 * 3600
    browser = logged_in(make_member(make_programme()))

    page = browser.get("/profile/logins/").content.decode()

    assert "Ingen er logget ind længere end 8 timer." in page


def test_one_sees_where_one_is_logged_in_and_ends_one_of_them():
    """Checklist 30: the server ends a login, whatever the browser keeps."""
    person = make_member(make_programme(), password=PASSWORD)
    here, there = login_by_password(person), login_by_password(person)
    page = here.get("/profile/logins/")
    mine = page.context["list"].listed.rows
    file = here.get("/profile/logins/?sort=2&format=csv").content.decode()
    other = UserSession.objects.exclude(session_key=here.session.session_key).get()

    stranger = logged_in(make_member(make_programme()))
    refused = stranger.post(f"/profile/logins/{other.pk}/end/")
    ended = here.post(f"/profile/logins/{other.pk}/end/", follow=True)

    assert [one[0].value for one in mine] == ["Firefox · Linux"] * 2
    assert sorted(one[0].note for one in mine) == ["", "her"]
    assert file.count("Firefox · Linux") == 2
    assert refused.status_code == 404
    assert "er afsluttet" in ended.content.decode()
    assert is_in(here)
    assert not is_in(there)


def test_a_login_gets_a_session_of_its_own():
    """Checklist 30: what was known before the login is worth nothing after it."""
    person = make_member(make_programme(), password=PASSWORD)
    client = Client(headers=BROWSER)
    planted = client.session
    planted["planted"] = "by somebody else"
    planted.save()

    log_in_by_password(client, person)

    assert is_in(client)
    assert client.session.session_key != planted.session_key
    assert not planted.exists(planted.session_key)
