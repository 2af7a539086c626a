"""What a manager gets on Mondays and before meetings."""

from datetime import date

import pytest

from notifications import compose, planner
from notifications.models import Message
from notifications.overview_letters import SHOWN
from rollout.models import Activity, Report, Role
from tests.factories import (
    make_activity,
    make_meeting,
    make_member,
    make_milestone,
    make_partner,
    make_place,
    make_programme,
    make_user,
)
from tests.notifications.factories import at, letter_of, make_period
from workflows.engine import perform

pytestmark = pytest.mark.django_db

MONDAY = "2026-04-20"


@pytest.fixture
def programme():
    """A programme with nothing in it yet."""
    return make_programme(name="Boligsocial helhedsplan")


@pytest.fixture
def manager(programme):
    """Who manages it."""
    return make_member(programme, name="Eksempel Leder")


def overview(kind, now):
    return letter_of(Message.objects.get(kind=kind), at(now))


# --- each week ------------------------------------------------------------------------


def test_on_mondays_the_manager_gets_one_summary(programme, manager):
    make_member(programme, Role.COORDINATOR)
    make_member(programme, Role.OBSERVER)

    for day in range(20, 25):
        planner.run(now=at(date(2026, 4, day)))

    message = Message.objects.get()
    assert (message.kind, message.recipient) == ("summary", manager)
    assert message.programme == programme


def test_it_says_what_is_late_waits_moved_and_comes(programme, manager):
    place = make_place(
        programme=programme, name="Vildtbanegård I", requires_readiness=True
    )
    contact = make_user(name="Eksempel Kontakt")
    make_activity(
        programme=programme,
        place=place,
        state=Activity.State.IN_CLARIFICATION,
        responsible=contact,
    )
    running = make_activity(
        programme=programme, state=Activity.State.LAUNCHED, responsible=contact
    )
    for title, day in (("Aftalen", 8), ("Lokalet", 28)):
        make_milestone(activity=running, title=title, due_on=date(2026, 4, day))
    make_meeting(programme=programme, held_on=date(2026, 4, 30))
    # Another one than the one whose dates count: its clock stands still from then on.
    moved = make_activity(
        programme=programme, state=Activity.State.LAUNCHED, responsible=contact
    )
    perform(moved, "adjust", by=manager, at=at("2026-04-16"), reason="Ny plan")

    planner.run(now=at(MONDAY))
    letter = overview("summary", MONDAY)

    assert letter.subject == "Ugens overblik (uge 17): 1 frist er overskredet"
    told = [
        "OVERSKREDET",
        "Aftalen",
        "ligger hos Eksempel Kontakt",
        "VENTER PÅ NOGEN",
        "Fritidsjobforløb i Vildtbanegård I",
        "Planlægningen er ikke klar i Vildtbanegård I.",
        "FLYTTET SIG SIDEN MANDAG 13. APRIL",
        "iværksat → under afklaring · torsdag 16. april",
        "KOMMER DE NÆSTE TO UGER",
        "Lokalet",
        "Bestyrelsesmøde",
        "torsdag 30. april (uge 18)",
    ]
    places = [letter.text.index(one) for one in told]
    assert places == sorted(places)
    assert "Begynd med det, der er overskredet" in letter.text


def test_in_english_too(programme, manager):
    manager.language = "en"
    manager.save()

    planner.run(now=at(MONDAY))
    letter = overview("summary", MONDAY)

    assert letter.subject == ("The week at a glance (week 17): no deadline has passed")
    assert "There is nothing for you to do" in letter.text


def test_a_long_list_is_cut_short(programme, manager):
    activity = make_activity(programme=programme, state=Activity.State.LAUNCHED)
    for day in range(1, SHOWN + 4):
        make_milestone(activity=activity, due_on=date(2026, 3, day))

    planner.run(now=at(MONDAY))

    assert "Og 3 til på siden." in overview("summary", MONDAY).text


def test_nobody_writes_to_themselves(programme, manager):
    planner.run(now=at(MONDAY))
    assert overview("summary", MONDAY).reply_to is None
    coordinator = make_member(programme, Role.COORDINATOR, name="Koordinator")

    letter = overview("summary", MONDAY)

    assert letter.reply_to.addr_spec == coordinator.email


@pytest.mark.parametrize(
    "change",
    [
        {"has_weekly_summary": False},
        {"paused_until": date(2026, 4, 20)},
        {"is_active": False},
    ],
)
def test_who_does_not_want_it_gets_none(programme, manager, change):
    for name, value in change.items():
        setattr(manager, name, value)
    manager.save()

    planner.run(now=at(MONDAY))

    assert not Message.objects.exists()


def test_outside_the_programmes_life_there_is_none():
    make_member(make_programme(ends_on=date(2026, 4, 19)))

    planner.run(now=at(MONDAY))

    assert not Message.objects.exists()


def test_who_unsubscribes_before_it_leaves_gets_none(programme, manager):
    planner.run(now=at(MONDAY))
    manager.has_weekly_summary = False
    manager.save()

    [dropped] = compose.still_wanted(Message.objects.all(), now=at(MONDAY)).values()

    assert dropped.state == "obsolete"


def test_a_stand_in_gets_it_and_cannot_end_it(programme, manager):
    manager.stand_in = make_user(name="Vikar")
    manager.save()

    planner.run(now=at(MONDAY))
    letter = overview("summary", MONDAY)

    assert letter.to.display_name == "Vikar"
    assert letter.unsubscribe_url == ""


# --- before meetings ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("held_on", "notice_days", "goes_on"),
    [
        ("2026-04-23", 5, "2026-04-16"),
        # Easter lies between.
        ("2026-04-09", 5, "2026-03-30"),
        # On a Sunday: the first working day before it is one.
        ("2026-04-26", 1, "2026-04-24"),
    ],
)
def test_so_many_working_days_before_a_meeting_there_is_a_notice(
    programme, manager, held_on, notice_days, goes_on
):
    make_meeting(
        programme=programme,
        held_on=date.fromisoformat(held_on),
        notice_days=notice_days,
    )
    day = date.fromisoformat(goes_on)

    planner.run(now=at(day.replace(day=day.day - 1)))
    assert not Message.objects.filter(kind="meeting").exists()
    for hour in (8, 9):
        planner.run(now=at(day, hour))

    assert Message.objects.get(kind="meeting").recipient == manager


def test_with_the_notice_of_a_board_meeting_comes_a_draft_of_its_report(
    programme, manager
):
    board = make_meeting(programme=programme)
    make_meeting(programme=programme, kind="committee")

    planner.run(now=at("2026-04-16"))

    draft = Report.objects.get()
    assert (draft.meeting, draft.made_by, draft.period_end) == (
        board,
        None,
        date(2026, 4, 16),
    )
    mail = Message.objects.get(kind="meeting", params__meeting=board.pk)
    letter = letter_of(mail, at("2026-04-16"))
    assert f"Et udkast til rapporten er klar: “{draft.title}”" in letter.text
    assert draft.get_absolute_url() in letter.text


def test_in_a_quiet_period_the_notice_comes_before_it(programme, manager):
    make_period(programme, "2026-04-13", "2026-04-21")
    make_meeting(programme=programme)

    planner.run(now=at("2026-04-10"))

    assert Message.objects.filter(kind="meeting").exists()


def test_a_meeting_called_at_short_notice_is_told_of_at_once(programme, manager):
    make_meeting(programme=programme)

    planner.run(now=at("2026-04-22"))

    assert Message.objects.get(kind="meeting").recipient == manager


def test_a_meeting_that_has_been_is_told_of_no_more(programme, manager):
    make_meeting(programme=programme)

    planner.run(now=at("2026-04-24"))

    assert not Message.objects.exists()


def test_a_moved_meeting_is_told_of_again_and_the_old_notice_dropped(
    programme, manager
):
    meeting = make_meeting(programme=programme)
    planner.run(now=at("2026-04-16"))
    meeting.held_on = date(2026, 5, 7)
    meeting.save()

    [dropped] = compose.still_wanted(
        Message.objects.all(), now=at("2026-04-16", 9)
    ).values()
    planner.run(now=at("2026-04-30"))

    assert dropped.state == "obsolete"
    assert Message.objects.filter(kind="meeting").count() == 2


def test_it_says_when_and_how_the_programme_stands_since_the_last_one(
    programme, manager
):
    make_meeting(programme=programme, held_on=date(2026, 1, 22))
    make_meeting(programme=programme, body="Formandskabet", held_on=date(2026, 3, 1))
    meeting = make_meeting(programme=programme)
    partner = make_partner(programme=programme)
    activity = make_activity(
        programme=programme,
        responsible=make_user(),
        responsible_partner=partner,
        state=Activity.State.IN_CLARIFICATION,
    )
    perform(activity, "launch", by=manager, at=at("2026-02-03"))

    planner.run(now=at("2026-04-16"))
    letter = overview("meeting", "2026-04-16")

    assert str(meeting) == "Bestyrelsesmøde"
    assert letter.subject == (
        "Bestyrelsesmøde torsdag 23. april (uge 17): sådan står det til i helhedsplanen"
    )
    assert "1 af 1 aktiviteter er iværksat" in letter.text
    assert "FLYTTET SIG SIDEN TORSDAG 22. JANUAR" in letter.text
    assert "under afklaring → iværksat · tirsdag 3. februar" in letter.text


def test_during_a_pause_the_notice_waits(programme, manager):
    manager.paused_until = date(2026, 4, 20)
    manager.save()
    make_meeting(programme=programme)

    planner.run(now=at("2026-04-16"))

    assert Message.objects.get(kind="meeting").not_before == at("2026-04-21", 0)
