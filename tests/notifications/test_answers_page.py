"""Answers that a coordinator is to act on stand on their own page until they have."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from notifications import answering
from notifications.answering import Said
from notifications.models import Answer, Choice, Message, MessageKind
from notifications.web.answers import answers_for
from rollout.models import Milestone, Role, User
from tests.factories import make_member

from .test_links import NOW, issue

pytestmark = pytest.mark.django_db

MORE_TIME = Said(Choice.MORE_TIME, note="ferie", new_due_on=date(2026, 5, 4))
NOT_RELEVANT = Said(Choice.NOT_RELEVANT, note="Foreningen er lukket")
NOT_MINE = Said(Choice.NOT_MINE)


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def coordinator(contact):
    return User.objects.get(memberships__role=Role.COORDINATOR)


def answer(asked, person, said):
    answering.answer(issue(asked, person), said, at=NOW)
    return Answer.objects.latest("pk")


def waiting(person):
    return [(one.answer.choice, one.form is not None) for one in answers_for(person)]


def post(client, given, **data):
    address = reverse("notifications:decide_answer", args=[given.pk])
    fields = {f"answer-{given.pk}-{name}": value for name, value in data.items()}
    return client.post(address, fields, follow=True)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (MORE_TIME, [("more_time", True)]),
        (NOT_RELEVANT, [("not_relevant", True)]),
        (NOT_MINE, [("not_mine", False)]),
        (Said(Choice.DONE), []),
    ],
)
def test_what_a_coordinator_is_to_act_on_waits(
    milestone, contact, coordinator, said, expected
):
    answer(milestone, contact, said)

    assert waiting(coordinator) == expected


def test_a_number_that_is_agreed_cannot_be_dropped(
    request_for_number, contact, coordinator
):
    answer(request_for_number, contact, NOT_RELEVANT)

    assert waiting(coordinator) == [("not_relevant", False)]


@pytest.mark.parametrize(
    "change",
    [
        {"state": "done"},
        {"due_on": date(2026, 6, 1)},
        {"responsible": None},
    ],
)
def test_nothing_waits_once_the_deadline_is_another_one(
    milestone, contact, coordinator, change
):
    answer(milestone, contact, NOT_RELEVANT)

    if "state" in change:
        answering.engine.perform(milestone, "finish", by=coordinator, at=NOW)
    else:
        Milestone.objects.filter(pk=milestone.pk).update(**change)

    assert waiting(coordinator) == []


def test_what_somebody_answers_for_who_is_responsible_waits_too(
    milestone, contact, coordinator
):
    partner = contact.memberships.get().partner
    head = make_member(milestone.programme, Role.PARTNER, partner=partner)
    answer(milestone, head, MORE_TIME)
    assert waiting(coordinator) == [("more_time", True)]

    Milestone.objects.filter(pk=milestone.pk).update(
        responsible=None, responsible_partner=partner
    )
    assert waiting(coordinator) == []
    milestone.refresh_from_db()
    answer(milestone, contact, NOT_RELEVANT)

    assert waiting(coordinator) == [("not_relevant", True)]


def test_an_answer_that_was_taken_back_hides_none_before_it(
    milestone, contact, coordinator
):
    answer(milestone, contact, MORE_TIME)
    later = issue(milestone, contact)
    answering.answer(later, NOT_RELEVANT, at=NOW)
    answering.undo(later, at=NOW)

    assert waiting(coordinator) == [("more_time", True)]


@pytest.mark.parametrize(
    ("role", "status"), [(Role.PARTNER, 404), (Role.OBSERVER, 403)]
)
def test_nobody_else_sees_or_decides(client, milestone, contact, role, status):
    given = answer(milestone, contact, MORE_TIME)
    stranger = make_member(milestone.programme, role)
    client.force_login(stranger)

    assert waiting(stranger) == []
    refused = post(client, given, decision="accept")
    given.refresh_from_db()
    assert refused.status_code == status
    assert given.decided_at is None


def test_a_coordinator_accepts_on_their_own_page(
    client, milestone, contact, coordinator
):
    given = answer(milestone, contact, MORE_TIME)
    client.force_login(coordinator)
    shown = client.get(reverse("notifications:answers_waiting")).content.decode()
    assert "4. maj 2026" in shown
    assert "checked" not in shown

    post(client, given, decision="accept", note="Det er i orden")

    milestone.refresh_from_db()
    assert milestone.due_on == date(2026, 5, 4)
    assert Message.objects.get(kind=MessageKind.DECISION).recipient == contact
    assert waiting(coordinator) == []


def test_what_was_written_is_kept_when_nothing_is_chosen(
    client, milestone, contact, coordinator
):
    given = answer(milestone, contact, NOT_RELEVANT)
    client.force_login(coordinator)

    shown = post(client, given, note="Et øjeblik")

    html = shown.content.decode()
    assert shown.status_code == 422
    assert "Et øjeblik" in html
    # Another language is chosen on the page itself: the form's address only posts.
    assert f'name="next" value="{reverse("notifications:answers_waiting")}"' in html


def test_after_a_login_that_had_expired_nothing_is_decided_yet(
    client, milestone, contact, coordinator
):
    given = answer(milestone, contact, NOT_RELEVANT)
    client.force_login(coordinator)
    address = reverse("notifications:decide_answer", args=[given.pk])
    key = f"answer-{given.pk}"

    shown = client.post(
        address,
        {f"{key}-decision": "accept", f"{key}-note": "Et øjeblik", "resumed": "yes"},
    )

    html = shown.content.decode()
    assert shown.status_code == 200
    assert "Intet er gemt endnu." in html
    assert "Et øjeblik" in html
    assert html.count("checked") == 1
    given.refresh_from_db()
    assert given.decided_at is None


def test_what_cannot_be_dropped_is_refused_with_its_reasons(
    client, milestone, contact, coordinator
):
    given = answer(milestone, contact, NOT_RELEVANT)
    answering.engine.perform(milestone, "finish", by=coordinator, at=NOW)
    client.force_login(coordinator)

    shown = post(client, given, decision="accept")

    assert shown.status_code == 409
    assert "Det kan ikke lade sig gøre endnu" in shown.content.decode()
    given.refresh_from_db()
    assert given.decided_at is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"due_on": date(2026, 6, 1)}, "Fristen er blevet flyttet i mellemtiden."),
        ({"state": "done"}, "Det er afgjort i mellemtiden."),
    ],
)
def test_more_time_for_what_has_changed_is_refused_and_says_so(
    client, milestone, contact, coordinator, change, said
):
    given = answer(milestone, contact, MORE_TIME)
    if "state" in change:
        answering.engine.perform(milestone, "finish", by=coordinator, at=NOW)
    else:
        Milestone.objects.filter(pk=milestone.pk).update(**change)
    client.force_login(coordinator)

    shown = post(client, given, decision="accept")

    assert shown.status_code == 422
    assert said in shown.content.decode()
    milestone.refresh_from_db()
    assert milestone.due_on == change.get("due_on", date(2026, 4, 15))


def test_two_coordinators_decide_once(client, milestone, contact, coordinator):
    given = answer(milestone, contact, NOT_RELEVANT)
    client.force_login(coordinator)
    post(client, given, decision="refuse")

    shown = post(client, given, decision="accept")

    assert "afgjort i mellemtiden" in shown.content.decode()
    milestone.refresh_from_db()
    assert milestone.state == "open"
