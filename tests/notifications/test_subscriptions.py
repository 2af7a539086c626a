"""The reader of a mail can choose others by it: one press, or a page, never by GET."""

from email import message_from_bytes, policy

import pytest
from django.test import Client

from notifications import planner, subscriptions
from notifications.models import Message
from notifications.subscriptions import Mailing
from rollout.models import ReminderMode, User
from tests.factories import make_round, make_user
from tests.notifications.factories import (
    at,
    letter_of,
    make_due_milestone,
    make_running_activity,
)

pytestmark = pytest.mark.django_db

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def reader():
    """Somebody who wants one mail a week."""
    return make_user(name="Eksempel Kontakt", reminder_mode=ReminderMode.DIGEST)


def address_of(person, mailing=Mailing.DIGEST):
    return f"/mails/{subscriptions.token_for(person, mailing)}/"


def mail_to(person, day="2026-04-13"):
    """The mail that this person gets about a milestone, as it goes over the wire."""
    make_due_milestone("2026-04-15", activity=make_running_activity(responsible=person))
    planner.run(now=at(day), any_time=True)
    message = Message.objects.get(recipient=person)
    letter = letter_of(message, at(day))
    raw = letter.as_bytes(message_id="<r.1@example.org>", at=at(day))
    return letter, message_from_bytes(raw, policy=policy.default)


def test_a_digest_says_where_it_can_be_ended_by_one_press(reader):
    letter, mail = mail_to(reader)

    address = mail["List-Unsubscribe"]
    assert address == f"<http://localhost:8000{address_of(reader)}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert address.strip("<>") in letter.text
    # Who reads the log of mails cannot use it.
    assert address_of(reader) not in letter.kept(letter.text)


def test_a_reminder_by_itself_offers_the_choice_but_no_one_click():
    letter, mail = mail_to(make_user())

    assert mail["List-Unsubscribe"] is None
    assert "/mails/" in letter.text


def test_what_is_owed_to_lbf_offers_no_choice():
    person = make_user()
    make_round(state="agreed", responsible=person)
    planner.run(now=at("2026-08-14"))

    letter = letter_of(Message.objects.get(), at("2026-08-14"))

    assert "/mails/" not in letter.text


# --- one press ------------------------------------------------------------------------


def test_one_press_ends_the_digest_without_cookie_token_or_redirect(reader):
    client = Client(enforce_csrf_checks=True)

    answer = client.post(address_of(reader), ONE_CLICK)

    assert answer.status_code == 200
    assert not answer.cookies
    reader.refresh_from_db()
    assert reader.reminder_mode == ReminderMode.REQUIRED


def test_pressing_twice_is_the_same_as_once(reader, client):
    for _ in range(2):
        assert client.post(address_of(reader), ONE_CLICK).status_code == 200

    reader.refresh_from_db()
    assert reader.reminder_mode == ReminderMode.REQUIRED


def test_an_old_digest_does_not_undo_a_newer_choice(reader, client):
    reader.reminder_mode = ReminderMode.SINGLE
    reader.save()

    assert client.post(address_of(reader), ONE_CLICK).status_code == 200

    reader.refresh_from_db()
    assert reader.reminder_mode == ReminderMode.SINGLE


def test_the_summary_is_ended_by_itself(reader, client):
    client.post(address_of(reader, Mailing.SUMMARY), ONE_CLICK)

    reader.refresh_from_db()
    assert not reader.has_weekly_summary
    assert reader.reminder_mode == ReminderMode.DIGEST


def test_no_reminder_is_ended_by_one_press(reader, client):
    answer = client.post(address_of(reader, Mailing.REMINDERS), ONE_CLICK)

    assert answer.status_code == 422
    reader.refresh_from_db()
    assert reader.reminder_mode == ReminderMode.DIGEST


# --- the page -------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_changes_nothing(reader, client, method):
    answer = getattr(client, method)(address_of(reader))

    assert answer.status_code == 200
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer.headers["Cache-Control"]
    reader.refresh_from_db()
    assert reader.reminder_mode == ReminderMode.DIGEST


def test_an_empty_form_changes_nothing_and_nothing_is_preselected(reader, client):
    page = client.get(address_of(reader)).content.decode()
    assert "checked" not in page

    answer = client.post(address_of(reader), {})

    assert answer.status_code == 422
    assert "Intet er ændret" in answer.content.decode()
    reader.refresh_from_db()
    assert reader.reminder_mode == ReminderMode.DIGEST


@pytest.mark.parametrize("mode", ReminderMode)
def test_a_choice_is_saved_and_told(reader, mode):
    client = Client(enforce_csrf_checks=True)

    answer = client.post(address_of(reader), {"choice": mode})

    assert answer.status_code == 200
    assert "Dit valg er gemt" in answer.content.decode()
    reader.refresh_from_db()
    assert reader.reminder_mode == mode


def test_the_page_speaks_the_readers_language(reader, client):
    reader.language = "en"
    reader.save()

    page = client.get(address_of(reader)).content.decode()

    assert "Which mails do you want?" in page
    assert 'lang="en"' in page


def test_the_summary_has_a_choice_of_its_own(reader, client):
    page = client.get(address_of(reader, Mailing.SUMMARY)).content.decode()
    assert "Ugens overblik" in page

    client.post(address_of(reader, Mailing.SUMMARY), {"choice": "no"})

    reader.refresh_from_db()
    assert not reader.has_weekly_summary


# --- forged ---------------------------------------------------------------------------


def forged(token):
    key, mailing, signature = token.split("-")
    other = User.objects.exclude(pk=key).first()
    yield f"{other.pk}-{mailing}-{signature}"
    yield f"{key}-summary-{signature}"
    yield f"{key}-{mailing}-{signature[:-1]}{'1' if signature[-1] == '0' else '0'}"
    yield f"{key}-{mailing}-"
    yield f"{key}-nothing-{signature}"
    yield f"{'9' * 30}-{mailing}-{signature}"
    yield "nonsense"


def test_a_forged_link_shows_and_changes_nothing(reader, client):
    make_user()
    token = subscriptions.token_for(reader, Mailing.DIGEST)

    for one in forged(token):
        assert client.get(f"/mails/{one}/").status_code == 404
        assert client.post(f"/mails/{one}/", ONE_CLICK).status_code == 404

    assert set(User.objects.values_list("reminder_mode", flat=True)) == {
        ReminderMode.DIGEST,
        ReminderMode.SINGLE,
    }


@pytest.mark.parametrize("change", [{"email": "ny@example.org"}, {"is_active": False}])
def test_a_link_to_an_old_address_or_of_who_left_is_worth_nothing(
    reader, client, change
):
    address = address_of(reader)
    User.objects.filter(pk=reader.pk).update(**change)

    assert client.post(address, ONE_CLICK).status_code == 404


def test_a_link_outlives_a_change_of_the_secret_key(reader, client, settings):
    address = address_of(reader)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another " * 8

    assert client.get(address).status_code == 200
