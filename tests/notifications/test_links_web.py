"""The pages behind action links, as mail scanners, strangers and people use them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from notifications import links
from notifications.models import Answer, LinkUse
from rollout.models import Measurement, Milestone

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(MORNING, tick=False):
        yield


def open_link(client, asked, to):
    token = links.issue(asked, to=to, message=None, at=MORNING)
    return client.get(reverse("notifications:open_link", args=[token]))


def test_the_token_leaves_the_address(client, milestone, contact):
    token = links.issue(milestone, to=contact, message=None, at=MORNING)

    moved = client.get(reverse("notifications:open_link", args=[token]))
    page = client.get(moved.url)

    assert token not in moved.url + str(dict(client.session)) + page.content.decode()
    assert moved.headers["Referrer-Policy"] == "no-referrer"
    for answer in (moved, page):
        assert "no-store" in answer.headers["Cache-Control"]


def test_looking_and_an_empty_form_change_nothing(client, milestone, contact):
    page = open_link(client, milestone, contact).url

    for answer in (client.head(page), client.get(page), client.post(page)):
        assert answer.status_code == 200

    said = client.post(page).content.decode()
    assert "checked" not in said
    assert Milestone.objects.get(pk=milestone.pk).state == "open"
    assert not Answer.objects.exists()
    assert [use.what for use in LinkUse.objects.all()] == ["opened"]


def test_a_form_that_nobody_has_sent_complains_of_nothing(client, milestone, contact):
    page = open_link(client, milestone, contact).url

    assert "form-error" not in client.get(page).content.decode()
    assert "form-error" in client.post(page).content.decode()


def test_an_answer_acts_and_a_second_use_shows_the_state(client, milestone, contact):
    page = open_link(client, milestone, contact).url

    shown = client.post(page, {"choice": "done"}, follow=True)
    again = client.post(page, {"choice": "not_relevant", "note": "x"})

    assert shown.status_code == again.status_code == 200
    assert Milestone.objects.get(pk=milestone.pk).state == "done"
    assert Answer.objects.get().choice == "done"
    assert 'role="status"' in again.content.decode()


def test_the_page_can_undo(client, milestone, contact):
    page = open_link(client, milestone, contact).url
    client.post(page, {"choice": "done"})

    client.post(page)
    assert Milestone.objects.get(pk=milestone.pk).state == "done"
    client.post(page, {"undo": "on"})

    assert Milestone.objects.get(pk=milestone.pk).state == "open"


def test_a_link_logs_nobody_in(client, milestone, contact):
    open_link(client, milestone, contact)

    assert "_auth_user_id" not in client.session
    assert client.get("/").status_code == 302


def test_the_reference_is_worth_nothing_in_another_browser(client, milestone, contact):
    page = open_link(client, milestone, contact).url

    answer = Client().post(page, {"choice": "done"})

    assert answer.status_code == 200
    assert Milestone.objects.get(pk=milestone.pk).state == "open"


def test_a_form_without_its_csrf_token_is_refused(milestone, contact):
    strict = Client(enforce_csrf_checks=True)
    page = open_link(strict, milestone, contact).url

    assert strict.post(page, {"choice": "done"}).status_code == 403
    assert not Answer.objects.exists()


def test_an_unknown_token_gets_a_polite_page(client):
    moved = client.get(reverse("notifications:open_link", args=["x" * 43]))

    assert client.get(moved.url).status_code == 200


def test_the_page_speaks_the_recipients_language(client, milestone, contact):
    contact.language = "en"
    contact.save()

    page = client.get(open_link(client, milestone, contact).url).content.decode()

    assert "What is your answer?" in page
    assert 'lang="en"' in page


@pytest.mark.parametrize(
    ("written", "read"),
    [("12,5", "12.5"), ("12.5", "12.5"), ("25", "25"), ("0012,50", "12.50")],
)
def test_numbers_are_read_as_people_write_them(
    client,
    request_for_number,
    contact,
    written,
    read,
):
    page = open_link(client, request_for_number, contact).url

    client.post(page, {"choice": "number", "value": written})

    assert Measurement.objects.get().value == Decimal(read)


@pytest.mark.parametrize("written", ["200", "1.234,5", "2", "0"])
def test_a_surprising_number_is_asked_about(
    client,
    request_for_number,
    contact,
    written,
):
    page = open_link(client, request_for_number, contact).url
    said = {"choice": "number", "value": written}

    client.post(page, said)
    assert not Measurement.objects.exists()
    client.post(page, said | {"confirm": "on"})

    assert Measurement.objects.count() == 1


@pytest.mark.parametrize("written", ["", "tolv", "1e5", "NaN", "1,2,3", "9" * 11])
def test_what_is_no_number_is_refused(client, request_for_number, contact, written):
    page = open_link(client, request_for_number, contact).url

    answer = client.post(page, {"choice": "number", "value": written, "confirm": "on"})

    assert answer.status_code == 200
    assert not Measurement.objects.exists()


def test_the_page_of_a_number_says_of_when_it_is_and_what_it_was(
    client,
    request_for_number,
    contact,
):
    request_for_number.period_start = date(2026, 1, 1)
    request_for_number.period_end = date(2026, 3, 31)
    request_for_number.save()

    page = client.get(open_link(client, request_for_number, contact).url)

    said = page.content.decode()
    assert "1. kvartal 2026" in said
    assert "20 unge" in said
    assert "Tallet (unge)" in said


def test_more_time_needs_a_later_date_and_a_reason(client, milestone, contact):
    page = open_link(client, milestone, contact).url
    good = {"choice": "more_time", "new_due_on": "2026-05-04", "note": "ferie"}

    for bad in ({"new_due_on": ""}, {"note": ""}, {"new_due_on": "2026-03-01"}):
        client.post(page, good | bad)
    assert not Answer.objects.exists()
    client.post(page, good)

    assert Answer.objects.get().new_due_on == date(2026, 5, 4)
