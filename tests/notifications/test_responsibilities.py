"""Who becomes responsible is told: once, soon, and of nothing that was imported."""

from datetime import date, timedelta

import pytest

from notifications import answering, compose, links, planner, responsibilities
from notifications.answering import Said
from notifications.models import (
    Choice,
    Message,
    Responsibility,
    SuppressedAddress,
)
from rollout import services
from rollout.models import Activity, Membership, Role
from tests.factories import (
    make_activity,
    make_member,
    make_milestone,
    make_partner,
    make_programme,
    make_user,
)
from tests.notifications.factories import at, letter_of
from workflows.engine import perform

pytestmark = pytest.mark.django_db

#: A Wednesday, so that nothing goes out regularly.
DAY = "2026-03-04"


@pytest.fixture
def activity():
    """A running activity that the planner has seen, with nobody responsible."""
    made = make_activity(state=Activity.State.LAUNCHED, programme=make_programme())
    planner.run(now=at(DAY))
    return made


@pytest.fixture
def boss(activity):
    """Who assigns."""
    return make_member(activity.programme, name="Eksempel Leder")


@pytest.fixture
def contact(activity):
    """Who is made responsible."""
    return make_member(
        activity.programme,
        Role.PARTNER,
        partner=make_partner(programme=activity.programme),
        name="Eksempel Kontakt",
    )


def told():
    return Message.objects.filter(kind="responsible").order_by("pk")


def let_planner_run(hour=10, day=DAY):
    """Notice what has changed by now, and tell it when it has settled."""
    planner.run(now=at(day, hour))
    planner.run(now=at(day, hour, 11))


# --- who and when ---------------------------------------------------------------------


def test_who_becomes_responsible_for_an_activity_is_told_once(activity, boss, contact):
    services.assign_responsible(activity, responsible=contact, by=boss)

    for hour in (10, 11, 12):
        let_planner_run(hour)

    message = told().get()
    assert (message.recipient, message.programme) == (contact, activity.programme)
    letter = letter_of(message, at(DAY, 12))
    assert letter.subject == f"Du er nu ansvarlig for {activity.initiative} i " + str(
        activity.place
    )


def test_nothing_that_was_imported_is_told(contact):
    other = make_activity(state=Activity.State.LAUNCHED, responsible=contact)
    make_milestone(activity=other, responsible=contact)

    let_planner_run()

    assert not told().exists()
    assert Responsibility.objects.filter(person=contact, is_told=True).count() == 2


def test_a_new_milestone_of_a_known_activity_is_told(activity, boss, contact):
    services.add_milestone(
        activity,
        title="Aftalen",
        due_on=date(2026, 4, 15),
        responsible=contact,
        by=boss,
    )

    let_planner_run()

    letter = letter_of(told().get(), at(DAY, 11))
    assert letter.subject == "Du er nu ansvarlig for “Aftalen”"
    assert "Den skal være færdig onsdag 15. april (uge 16)." in letter.text
    assert "/answer/" in letter.text


def test_of_a_planned_activity_one_is_told_when_clarification_begins(boss, contact):
    planned = make_activity(programme=boss.memberships.get().programme)
    planner.run(now=at(DAY))
    services.assign_responsible(planned, responsible=contact, by=boss)
    let_planner_run()
    assert not told().exists()

    perform(planned, "clarify", by=boss, at=at(DAY, 11))
    let_planner_run(12)

    assert [m.kind for m in Message.objects.filter(recipient=contact)] == ["transition"]


def test_many_things_at_once_are_one_mail(activity, boss, contact):
    services.assign_responsible(activity, responsible=contact, by=boss)
    for title in ("Aftalen", "Lokalet"):
        make_milestone(activity=activity, title=title, responsible=contact)

    let_planner_run()

    letter = letter_of(told().get(), at(DAY, 11))
    assert letter.subject == "Du er nu ansvarlig for 3 ting i helhedsplanen"
    for part in (letter.text, letter.html):
        assert "Aftalen" in part
        assert "Lokalet" in part


def test_a_slip_that_is_corrected_at_once_is_told_to_nobody(activity, boss, contact):
    services.assign_responsible(activity, responsible=contact, by=boss)
    planner.run(now=at(DAY, 10))
    services.assign_responsible(activity, responsible=None, by=boss)

    planner.run(now=at(DAY, 10, 5))
    planner.run(now=at(DAY, 10, 30))

    assert not told().exists()


def test_what_is_decided_in_the_evening_is_told_in_the_morning(activity, boss, contact):
    services.assign_responsible(activity, responsible=contact, by=boss)
    let_planner_run(20)
    assert not told().exists()

    planner.run(now=at("2026-03-05", 7))

    assert told().get().recipient == contact


def test_the_next_person_is_told_as_well(activity, boss, contact):
    other = make_member(activity.programme, Role.COORDINATOR)
    services.assign_responsible(activity, responsible=contact, by=boss)
    let_planner_run(10)
    services.assign_responsible(activity, responsible=other, by=boss)
    let_planner_run(12)
    services.assign_responsible(activity, responsible=contact, by=boss)
    let_planner_run(14)

    assert [m.recipient for m in told()] == [contact, other, contact]


def test_a_stand_in_is_told_for_whom(activity, boss, contact):
    contact.stand_in = make_user(name="Vikar")
    contact.save()
    services.assign_responsible(activity, responsible=contact, by=boss)

    let_planner_run()

    letter = letter_of(told().get(), at(DAY, 11))
    assert letter.to.display_name == "Vikar"
    assert "fordi du er stedfortræder for Eksempel Kontakt" in letter.text


@pytest.mark.parametrize(
    "deputy",
    [{"is_active": False}, {"is_service": True}, {"email": "Borte@example.org"}],
)
def test_where_the_stand_in_cannot_be_reached_the_person_is_told(
    activity, boss, contact, deputy
):
    SuppressedAddress.objects.create(address="borte@example.org", suppressed_at=at(DAY))
    contact.stand_in = make_user(**deputy)
    contact.save()
    services.assign_responsible(activity, responsible=contact, by=boss)

    let_planner_run()

    assert told().get().recipient == contact


def test_during_a_pause_it_waits(activity, boss, contact):
    contact.paused_until = date(2026, 3, 10)
    contact.save()
    services.assign_responsible(activity, responsible=contact, by=boss)

    let_planner_run()

    message = told().get()
    assert message.not_before == at("2026-03-11", 0)
    assert message.expires_at == message.not_before + timedelta(days=7)


def test_two_planners_tell_it_once(activity, boss, contact):
    services.assign_responsible(activity, responsible=contact, by=boss)
    responsibilities.notice(now=at(DAY, 10))
    responsibilities.notice(now=at(DAY, 10))

    for _ in range(2):
        responsibilities.announce(now=at(DAY, 11))

    assert told().count() == 1


# --- once more before it is sent ------------------------------------------------------


def test_who_is_no_longer_responsible_is_not_told(activity, boss, contact):
    services.assign_responsible(activity, responsible=contact, by=boss)
    let_planner_run()
    services.assign_responsible(activity, responsible=None, by=boss)

    [dropped] = compose.still_wanted(told(), now=at(DAY, 11)).values()

    assert dropped.state == "obsolete"


def test_only_what_still_lies_with_the_person_is_mentioned(activity, boss, contact):
    services.assign_responsible(activity, responsible=contact, by=boss)
    milestone = make_milestone(activity=activity, responsible=contact)
    let_planner_run()
    perform(milestone, "finish", by=boss, at=at(DAY, 11))

    letter = letter_of(told().get(), at(DAY, 12))

    assert "Lokale er fundet" not in letter.text


# --- handed over by a link ------------------------------------------------------------


def test_who_gets_it_by_a_link_is_told_by_that_mail_alone(activity, contact):
    partner = contact.memberships.get().partner
    colleague = make_member(activity.programme, Role.PARTNER, partner=partner)
    milestone = make_milestone(activity=activity, responsible=contact)
    let_planner_run()
    token = links.issue(milestone, to=contact, message=None, at=at(DAY, 11))
    digest = links.digest_of(token)

    answering.answer(digest, Said(Choice.NOT_MINE, colleague=colleague), at=at(DAY, 12))
    let_planner_run(13)
    answering.undo(digest, at=at(DAY, 14))
    let_planner_run(15)

    assert Membership.objects.filter(user=colleague).exists()
    assert [m.recipient for m in told()] == [contact]
    assert Message.objects.filter(kind="handed_over").get().recipient == colleague


# --- in English -----------------------------------------------------------------------


def test_it_is_said_in_the_readers_language(activity, boss, contact):
    contact.language = "en"
    contact.save()
    make_milestone(activity=activity, due_on=date(2026, 4, 15))
    services.assign_responsible(activity, responsible=contact, by=boss)

    let_planner_run()

    letter = letter_of(told().get(), at(DAY, 11))
    assert letter.subject.startswith("You are now responsible for Fritidsjobforløb in")
    assert (
        "The next milestone is “Lokale er fundet”, which must be finished"
        " Wednesday 15 April (week 16). You will be reminded before." in letter.text
    )
