"""Each person's own page: language, mails, pause and stand-in."""

from datetime import date, timedelta

import pytest
import time_machine

from notifications.models import Message
from rollout.models import Role
from tests.factories import make_member, make_programme, make_user
from tests.notifications.factories import at, make_message

pytestmark = pytest.mark.django_db

DAY = "2026-03-04"


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(at(DAY), tick=True):
        yield


@pytest.fixture
def person(client):
    """A partner's contact who is logged in."""
    made = make_member(make_programme(), Role.PARTNER, name="Eksempel Kontakt")
    client.force_login(made)
    return made


def choices(**fields):
    return {"language": "da", "reminder_mode": "single"} | fields


def test_one_logs_in_first(client):
    assert client.get("/profile/").status_code == 302


def test_the_page_shows_what_is_chosen(client, person):
    page = client.get("/profile/").content.decode()

    assert "Én samlet mail om mandagen" in page
    assert 'value="single" class="form-radio"' in page
    assert "Ugens overblik" not in page


def test_what_is_chosen_is_saved(client, person):
    deputy = make_member(person.memberships.get().programme)

    answer = client.post(
        "/profile/",
        choices(
            language="en",
            reminder_mode="digest",
            paused_until="2026-03-20",
            stand_in=deputy.pk,
            stand_in_from="2026-03-04",
            stand_in_until="2026-03-20",
        ),
        follow=True,
    )

    person.refresh_from_db()
    assert (person.language, person.reminder_mode) == ("en", "digest")
    assert person.paused_until == date(2026, 3, 20)
    assert person.stand_in == deputy
    assert "My profile" in answer.content.decode()
    assert "Your choice is saved." in answer.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"reminder_mode": "never"},
        {"language": "xx"},
        {"paused_until": "2026-03-03"},
    ],
)
def test_what_makes_no_sense_is_refused(client, person, wrong):
    answer = client.post("/profile/", choices(**wrong))

    assert answer.status_code == 422
    person.refresh_from_db()
    assert (person.language, person.reminder_mode) == ("da", "single")


def test_dates_in_the_wrong_order_are_refused(client, person):
    deputy = make_member(person.memberships.get().programme)

    answer = client.post(
        "/profile/",
        choices(
            stand_in=deputy.pk, stand_in_from="2026-04-02", stand_in_until="2026-04-01"
        ),
    )

    assert answer.status_code == 422
    person.refresh_from_db()
    assert person.stand_in is None


def test_only_people_of_the_same_programme_can_stand_in(client, person):
    stranger = make_user(name="Fremmed")

    answer = client.post("/profile/", choices(stand_in=stranger.pk))

    assert answer.status_code == 422
    assert "Fremmed" not in client.get("/profile/").content.decode()


def test_a_manager_can_do_without_the_weekly_summary(client):
    manager = make_member(make_programme())
    client.force_login(manager)
    assert "Send mig ugens overblik" in client.get("/profile/").content.decode()

    client.post("/profile/", choices())

    manager.refresh_from_db()
    assert not manager.has_weekly_summary


def test_for_others_the_summary_stays_as_it_was(client, person):
    client.post("/profile/", choices())

    person.refresh_from_db()
    assert person.has_weekly_summary


def test_a_pause_that_ends_early_lets_what_waits_leave(client, person):
    person.paused_until = date(2026, 3, 20)
    person.save()
    make_message(recipient=person, not_before=at(DAY) + timedelta(days=17))

    client.post("/profile/", choices())

    assert Message.objects.get().not_before < at(DAY, 9)


def test_a_pause_lasts_three_months_at_most(client, person):
    shown = client.post("/profile/", choices(paused_until="2099-01-01"))

    person.refresh_from_db()
    assert person.paused_until is None
    assert "højst tre måneder" in shown.content.decode()
