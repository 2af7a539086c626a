"""The ledger tells what became of each reminder, the forecast what is coming."""

import pytest

from notifications import links
from notifications.models import Message, Reminder
from rollout.models import Role
from tests.api.conftest import Caller
from tests.factories import make_activity, make_member, make_partner, make_programme
from tests.notifications.factories import (
    make_due_milestone,
    make_running_activity,
    make_sent_reminder,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    return make_programme()


@pytest.fixture
def contact(programme):
    partner = make_partner(programme=programme, code="skolen")
    return make_member(programme, Role.PARTNER, partner=partner, name="Kontakt")


@pytest.fixture
def manager(programme):
    return make_member(programme)


def make_reminder(programme, recipient, **fields):
    activity = make_running_activity(programme=programme)
    milestone = make_due_milestone("2026-04-15", activity=activity)
    return make_sent_reminder(milestone, recipient=recipient, **fields)


def listed(caller, query=""):
    answer = caller.ask(f"reminders/{query}")
    assert answer.status_code == 200, answer.content
    return [one["id"] for one in answer.json()["results"]]


# --- the ledger -----------------------------------------------------------------------


def test_a_line_says_what_was_sent_to_whom_and_what_was_answered(
    programme, contact, manager
):
    row = make_reminder(programme, contact)
    milestone = links.asked_for("milestone", row.object_id)
    links.issue(milestone, to=contact, message=row.message, at=row.planned_at)
    links.note_opening(row.message.links.get(), at=row.planned_at)

    shown = Caller(manager).ask(f"reminders/{row.pk}/").json()

    assert shown["deadline"] == f"milestone:{row.object_id}"
    assert shown["recipient"] == {"id": contact.pk, "name": "Kontakt"}
    assert shown["on_behalf_of"] is None
    assert (shown["state"], shown["step"]) == ("sent", -5)
    assert shown["message"]["smtp_reply"] == "2.0.0 Ok"
    assert [use["what"] for use in shown["uses"]] == ["opened"]
    assert contact.email not in str(shown)


@pytest.mark.parametrize(
    ("message", "state"),
    [
        ({"bounced_at": "2026-04-08T07:00Z"}, "bounced"),
        ({"state": "pending", "sent_at": None}, "waiting"),
        ({"state": "dead", "sent_at": None}, "dead"),
        ({"state": "uncertain", "sent_at": None}, "uncertain"),
        ({"state": "suppressed", "sent_at": None}, "suppressed"),
        ({"state": "obsolete", "sent_at": None}, "obsolete"),
        ({"state": "superseded", "sent_at": None}, "obsolete"),
    ],
)
def test_the_state_is_that_of_the_mail(programme, contact, manager, message, state):
    row = make_reminder(programme, contact)
    Message.objects.filter(pk=row.message_id).update(**message)

    assert listed(Caller(manager), f"?state={state}") == [row.pk]


def test_what_is_held_back_says_why_in_words(programme, contact, manager):
    row = make_reminder(
        programme, contact, state="held", reason="planned", message=None
    )

    shown = Caller(manager).ask(f"reminders/{row.pk}/").json()

    assert (shown["state"], shown["reason"]) == ("held", "planned")
    assert shown["reason_text"] == "the activity is only planned"
    assert (shown["message"], shown["uses"]) == (None, [])


def test_the_list_is_narrowed_by_what_one_asks_for(programme, contact, manager):
    mine = make_reminder(programme, contact)
    other = make_reminder(programme, manager)
    caller = Caller(manager)

    assert set(listed(caller)) == {mine.pk, other.pk}
    for query in (
        "?partner=skolen",
        f"?person={contact.pk}",
        f"?activity={mine.activity_id}",
        f"?kind=milestone&object_id={mine.object_id}",
    ):
        assert listed(caller, query) == [mine.pk], query
    assert listed(caller, f"?programme={make_programme().code}") == []
    assert listed(caller, "?since=2026-04-09") == []
    assert set(listed(caller, "?since=2026-04-08&until=2026-04-08")) == {
        mine.pk,
        other.pk,
    }


def test_a_partner_filter_finds_nobody_through_another_programme(contact, manager):
    elsewhere = make_member(make_programme())
    make_reminder(elsewhere.memberships.get().programme, contact)

    assert listed(Caller(elsewhere), "?partner=skolen") == []


def test_a_partner_reads_its_own_lines(programme, contact):
    mine = make_reminder(programme, contact)
    make_reminder(programme, make_member(programme, Role.PARTNER))

    assert listed(Caller(contact)) == [mine.pk]


# --- the forecast ---------------------------------------------------------------------


def forecast(user, query=""):
    return Caller(user).ask(f"reminders/forecast/{query}")


@pytest.fixture
def coming(programme, contact):
    activity = make_running_activity(programme=programme, responsible=contact)
    return make_due_milestone("2026-03-16", activity=activity, title="Aftale")


def test_the_forecast_says_who_gets_which_mail_on_which_day(coming, manager, contact):
    shown = forecast(manager, f"?until=2026-03-16&person={contact.pk}").json()

    assert (shown["first"], shown["last"]) == ("2026-03-02", "2026-03-16")
    assert [(mail["day"], mail["recipient"]["name"]) for mail in shown["mails"]] == [
        ("2026-03-02", "Kontakt"),
        ("2026-03-09", "Kontakt"),
        ("2026-03-16", "Kontakt"),
    ]
    assert shown["mails"][1]["reminders"][0]["title"] == "Aftale"
    assert shown["load"][0]["mails"] == 3
    assert contact.email not in str(shown)
    assert not Reminder.objects.exists()


def test_the_forecast_is_narrowed_to_a_person_or_a_partner(coming, manager, contact):
    for query, people in (
        (f"?person={contact.pk}", {contact.pk}),
        ("?partner=skolen", {contact.pk}),
        (f"?person={manager.pk}", {manager.pk}),
        ("?partner=elsewhere", set()),
        (f"?partner=skolen&person={manager.pk}", set()),
    ):
        mails = forecast(manager, query).json()["mails"]
        assert {mail["recipient"]["id"] for mail in mails} == people, query


def test_what_is_held_back_is_told_apart(programme, manager, contact):
    activity = make_activity(programme=programme, responsible=contact)
    make_due_milestone("2026-03-16", activity=activity)

    shown = forecast(manager, f"?person={contact.pk}&until=2026-03-16").json()

    assert shown["mails"] == []
    assert {one["reason"] for one in shown["held"]} == {"planned"}
    assert shown["held"][0]["recipient"]["name"] == "Kontakt"


@pytest.mark.parametrize(
    "query",
    ["?until=2026-03-01", "?until=2027-03-04", "?until=soon", "?person=x", "?foo=1"],
)
def test_what_cannot_be_foretold_is_refused(programme, manager, query):
    answer = forecast(manager, query)

    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid"


def test_who_reads_several_programmes_says_which(programme, manager):
    manager.memberships.create(programme=make_programme(), role=Role.OBSERVER)

    assert forecast(manager).status_code == 400
    assert forecast(manager, f"?programme={programme.code}").status_code == 200
