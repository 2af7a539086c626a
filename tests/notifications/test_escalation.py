"""Others are asked only after the responsible person was told that they would be."""

from datetime import date, timedelta

import pytest
from django.utils.translation import override

from notifications import (
    answering,
    compose,
    deciding,
    ledger,
    letters,
    links,
    regular,
    reminders,
)
from notifications.answering import Said
from notifications.items import items_of
from notifications.models import (
    Answer,
    Choice,
    LadderStep,
    Message,
    Reminder,
    SuppressedAddress,
)
from rollout.models import Activity, Role, User
from tests.factories import make_member, make_milestone, make_partner, make_user
from tests.notifications.factories import (
    at,
    make_due_milestone,
    make_ladder,
    make_period,
    make_running_activity,
    steps_of,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


class Cast:
    """A milestone that is overdue, and everybody who can be asked about it."""

    def __init__(self, due_on="2026-04-15"):
        self.deputy = make_user(name="Stedfortræder")
        self.responsible = make_user(name="Ansvarlig", stand_in=self.deputy)
        # Named to stand in, but not away.
        self.responsible.stand_in_from = date(2027, 1, 4)
        self.responsible.save()
        activity = make_running_activity(responsible=self.responsible)
        self.programme = activity.programme
        self.head = make_user(name="Centerchef")
        self.partner = make_partner(programme=self.programme, lead=self.head)
        self.coordinator = self.member(Role.COORDINATOR, "Koordinator")
        self.manager = self.member(Role.MANAGER, "Leder")
        self.milestone = make_due_milestone(
            due_on,
            activity=activity,
            responsible=self.responsible,
            responsible_partner=self.partner,
        )

    def member(self, role, name):
        return make_member(self.programme, role, name=name)


@pytest.fixture
def cast(no_nudges):
    return Cast()


def live(first, last, *, hour=8):
    """Live through the days on which something is to come, the first and the last.

    What is composed is looked at again and sent.
    """
    day, end = date.fromisoformat(first), date.fromisoformat(last)
    while day <= end:
        now = at(day, hour)
        compose.remind(now=now)
        waiting = Message.objects.filter(state="pending").select_related("recipient")
        compose.still_wanted(list(waiting), now=now)
        waiting.update(state="sent", sent_at=now)
        day = min(days_to_come(day, end), default=max(end, day + DAY))


def days_to_come(day, end):
    """Yield the days on which something goes out, or may after a pause or a night."""
    if Reminder.objects.filter(state="planned").exists():
        yield day + DAY
    for activity in Activity.objects.all():
        for row in reminders.coming(activity=activity, on=day, until=end):
            yield row.send_on
    for last in User.objects.values_list("paused_until", flat=True):
        if last and day <= last < end:
            yield last + DAY


def told():
    """Return what went out, as (day, step, name, why)."""
    rows = Reminder.objects.filter(state="merged").select_related("recipient")
    return [
        (row.send_on.isoformat(), row.step, row.recipient.name, row.why)
        for row in rows.order_by("send_on", "step", "recipient__name")
    ]


def announced():
    """Return what each mail announced, as (name told, day, name asked then)."""
    rows = Reminder.objects.filter(state="merged", escalates_on__isnull=False)
    return [
        (row.recipient.name, row.escalates_on.isoformat(), row.escalates_to.name)
        for row in rows.order_by("send_on", "recipient__name")
    ]


# --- the ladder that holds by default -------------------------------------------------


def test_by_default_deputy_head_coordinator_and_manager_are_asked_in_turn(cast):
    live("2026-04-15", "2026-06-05")

    others = [row for row in told() if row[3] != "responsible"]
    assert others == [
        ("2026-04-29", 10, "Stedfortræder", "deputy"),
        ("2026-05-06", 15, "Centerchef", "lead"),
        ("2026-05-13", 20, "Koordinator", "coordinator"),
        ("2026-05-29", 30, "Leder", "manager"),
    ]


def test_each_is_announced_in_the_reminder_before_with_the_day_it_then_happens(cast):
    live("2026-04-15", "2026-06-05")

    assert announced() == [
        ("Ansvarlig", "2026-04-29", "Stedfortræder"),
        ("Ansvarlig", "2026-05-06", "Centerchef"),
        ("Stedfortræder", "2026-05-06", "Centerchef"),
        ("Ansvarlig", "2026-05-13", "Koordinator"),
        ("Centerchef", "2026-05-13", "Koordinator"),
        # Nobody is asked on the day of the next reminder but one.
        ("Ansvarlig", "2026-05-29", "Leder"),
    ]


def test_reminders_end_with_the_latest_step(cast):
    live("2026-07-20", "2026-08-31")

    assert max(step for _day, step, _name, _why in told()) == 60


def test_accounts_are_brought_up_sooner():
    steps = LadderStep.objects.filter(ladder__kind="accounts", ladder__programme=None)

    assert dict(
        steps.exclude(audience="responsible").values_list("audience", "offset_days")
    ) == {
        "deputy": 5,
        "lead": 10,
        "coordinator": 15,
        "manager": 20,
    }


@pytest.mark.parametrize("kind", ["condition", "grant", "no_milestone", "untouched"])
def test_nobody_else_is_asked_about_what_nobody_can_deliver(kind):
    steps = LadderStep.objects.filter(ladder__kind=kind)

    assert set(steps.values_list("audience", flat=True)) == {"responsible"}


# --- who is asked where somebody is missing -------------------------------------------


def asked(*steps, until="2026-06-05"):
    """Live with a ladder of its own, and return who else was asked, and when."""
    return [(row[1], row[2]) for row in told() if row[3] != "responsible"]


@pytest.fixture
def ladder(cast):
    """Reminders every five days, and one step for a deputy at ten."""
    found = make_ladder(cast.programme, kind="milestone")
    found.steps.create(offset_days=5, repeat_every=5, until=20)
    return found


def test_where_there_is_nobody_the_next_is_asked_who_has_no_step_of_their_own(
    cast, ladder
):
    cast.responsible.stand_in = None
    cast.responsible.save()
    ladder.steps.create(offset_days=10, audience="deputy")
    ladder.steps.create(offset_days=15, audience="coordinator")

    live("2026-04-15", "2026-05-20")

    assert asked() == [(10, "Centerchef"), (15, "Koordinator")]


def test_nobody_is_asked_twice_for_want_of_somebody_else(cast, ladder):
    cast.responsible.stand_in = None
    cast.responsible.save()
    cast.partner.lead = None
    cast.partner.save()
    for offset, audience in ((10, "deputy"), (15, "lead"), (20, "coordinator")):
        ladder.steps.create(offset_days=offset, audience=audience)

    live("2026-04-15", "2026-05-20")

    # Nobody stands in, nobody is head: a manager has no step and is asked once, first.
    assert asked() == [(10, "Leder"), (15, "Leder"), (20, "Koordinator")]


def test_who_is_told_already_is_nobody_else(cast, ladder):
    cast.partner.lead = cast.responsible
    cast.partner.save()
    ladder.steps.create(offset_days=10, audience="lead")

    live("2026-04-15", "2026-05-05")

    assert asked() == [(10, "Koordinator")]


def test_while_the_deputy_stands_in_somebody_above_is_asked(cast, ladder):
    cast.responsible.stand_in_from = None
    cast.responsible.save()
    ladder.steps.create(offset_days=10, audience="deputy")

    live("2026-04-15", "2026-05-05")

    names = {(row[1], row[2]) for row in told()}
    assert names == {(5, "Stedfortræder"), (10, "Stedfortræder"), (10, "Centerchef")}


def test_without_a_responsible_person_the_contacts_deputy_is_asked(no_nudges):
    activity = make_running_activity(responsible=None)
    partner = make_partner(programme=activity.programme)
    make_member(
        activity.programme,
        Role.PARTNER,
        partner=partner,
        name="Kontakt",
        stand_in=make_user(name="Kontaktens stedfortræder"),
        stand_in_from=date(2027, 1, 4),
    )
    make_milestone(activity=activity, responsible_partner=partner)
    ladder = make_ladder(activity.programme, 5)
    ladder.steps.create(offset_days=10, audience="deputy")

    live("2026-04-15", "2026-05-05")

    assert [(row[1], row[2]) for row in told()] == [
        (5, "Kontakt"),
        (10, "Kontaktens stedfortræder"),
    ]


def test_an_escalation_that_can_reach_nobody_leaves_no_row(cast, ladder):
    for person in (cast.deputy, cast.head, cast.coordinator, cast.manager):
        person.is_active = False
        person.save()
    ladder.steps.create(offset_days=10, audience="lead")

    live("2026-04-15", "2026-05-05")

    assert {row[1] for row in told()} == {5, 10}
    assert not Reminder.objects.filter(audience="lead").exists()
    assert announced() == []


# --- nobody before the responsible person had a chance --------------------------------


def test_after_downtime_the_person_is_told_first_and_others_as_much_later(cast):
    live("2026-04-08", "2026-04-15")

    live("2026-05-13", "2026-06-30")

    rows = [row for row in told() if row[0] > "2026-04-15"]
    assert rows[0] == ("2026-05-13", 20, "Ansvarlig", "responsible")
    others = [row for row in rows if row[3] != "responsible"]
    # Five working days after the notice, and then at the ladder's own distances.
    assert others == [
        ("2026-05-21", 10, "Stedfortræder", "deputy"),
        ("2026-05-29", 15, "Centerchef", "lead"),
        ("2026-06-05", 20, "Koordinator", "coordinator"),
        ("2026-06-19", 30, "Leder", "manager"),
    ]
    row = Reminder.objects.get(step=10, why="deputy")
    assert (row.moved_from, row.moved_off) == (date(2026, 4, 29), "notice")


def test_a_date_that_is_entered_late_brings_no_mail_to_anybodys_head(cast):
    cast.milestone.delete()
    live("2026-05-11", "2026-05-11")

    make_due_milestone(
        "2026-04-01",
        activity=make_running_activity(
            programme=cast.programme, responsible=cast.responsible
        ),
    )
    live("2026-05-12", "2026-05-18")

    assert {row[2] for row in told()} == {"Ansvarlig"}


def test_a_new_responsible_person_gets_the_same_chance(cast):
    live("2026-04-15", "2026-04-28")
    successor = make_user(name="Efterfølger")
    cast.milestone.responsible = successor
    cast.milestone.save()

    live("2026-04-29", "2026-05-08")

    assert [(row[0], row[2]) for row in told() if row[0] > "2026-04-28"] == [
        ("2026-04-29", "Efterfølger"),
        # Nobody stands in for the successor.
        ("2026-05-06", "Centerchef"),
        ("2026-05-06", "Efterfølger"),
    ]


def test_a_mail_that_has_not_left_has_told_nobody_anything(cast, ladder):
    ladder.steps.create(offset_days=10, audience="deputy")
    day = date(2026, 4, 22)
    # The mail server is down from the announcement on.
    while day <= date(2026, 4, 29):
        compose.remind(now=at(day))
        day += DAY

    assert not Reminder.objects.filter(audience="deputy").exists()
    live("2026-04-30", "2026-05-08")
    row = Reminder.objects.get(audience="deputy")
    assert row.send_on == date(2026, 5, 7)


def test_in_a_quiet_period_notice_and_escalation_do_not_fall_on_one_day(cast, ladder):
    ladder.steps.create(offset_days=10, audience="deputy")
    make_period(cast.programme, "2026-04-20", "2026-04-30")

    live("2026-04-15", "2026-05-12")

    assert [(row[0], row[1], row[2]) for row in told()] == [
        ("2026-05-01", 10, "Ansvarlig"),
        ("2026-05-06", 15, "Ansvarlig"),
        ("2026-05-08", 10, "Stedfortræder"),
    ]


def test_finished_work_is_not_brought_to_anybody(cast):
    live("2026-04-15", "2026-04-24")
    cast.milestone.delete()

    live("2026-04-27", "2026-05-20")

    assert {row[2] for row in told()} == {"Ansvarlig"}


def test_while_an_answer_waits_only_who_decides_is_asked_and_told_of_it(cast):
    ladder = make_ladder(cast.programme, 1, kind="milestone")
    ladder.steps.create(offset_days=3, audience="lead")
    ladder.steps.create(offset_days=5, audience="coordinator")
    member = make_member(cast.programme, Role.PARTNER, partner=cast.partner)
    live("2026-04-16", "2026-04-16")
    now = at("2026-04-17")
    token = links.issue(cast.milestone, to=member, message=None, at=now)
    said = Said(Choice.MORE_TIME, note="Ferie", new_due_on=date(2026, 5, 4))
    answering.answer(links.digest_of(token or ""), said, at=now)

    live("2026-04-17", "2026-04-22")

    assert steps_of(cast.milestone, reason="answered") == {3: "held"}
    row = Reminder.objects.get(object_id=cast.milestone.pk, step=5)
    assert row.recipient == cast.coordinator
    assert row.message is not None
    with override("en"):
        [item] = items_of([row], date(2026, 4, 22))
    assert item.answered == member.name

    deciding.decide(Answer.objects.get().pk, by=cast.manager, accept=False, at=now)
    reminders.plan(now=at("2026-04-22", 9))
    assert steps_of(cast.milestone, step=3) == {3: "planned"}


def test_a_pause_puts_off_what_comes_after_it_too(cast):
    cast.responsible.paused_until = date(2026, 5, 13)
    cast.responsible.save()

    live("2026-04-15", "2026-05-20")

    # Planned for the 13th, sent on the day after the pause, Ascension Day left out.
    assert [(row[0], row[2]) for row in told()] == [("2026-05-13", "Ansvarlig")]
    live("2026-05-21", "2026-05-26")
    assert ("2026-05-22", 10, "Stedfortræder", "deputy") in told()


def test_who_declined_reminders_is_not_waited_for(cast):
    cast.responsible.reminder_mode = "required"
    cast.responsible.save()

    live("2026-04-15", "2026-05-06")

    assert [(row[0], row[2]) for row in told()] == [
        ("2026-04-29", "Stedfortræder"),
        ("2026-05-06", "Centerchef"),
    ]


def test_an_address_that_does_not_work_is_no_chance(cast):
    SuppressedAddress.objects.create(
        address=cast.responsible.email, reason="550", suppressed_at=at("2026-04-01")
    )

    live("2026-04-15", "2026-04-29")

    # The deputy is told instead, so that the head is the next to be asked.
    assert {row[2] for row in told()} == {"Stedfortræder"}


# --- what is foretold is what happens -------------------------------------------------


def test_the_coming_reminders_name_who_is_asked(cast):
    live("2026-04-08", "2026-04-22")

    coming = reminders.coming(
        activity=cast.milestone.activity, on=date(2026, 4, 22), until=date(2026, 5, 6)
    )

    found = sorted((row.send_on.isoformat(), row.step, row.why) for row in coming)
    assert found == [
        ("2026-04-29", 10, "deputy"),
        ("2026-04-29", 10, "responsible"),
        ("2026-05-06", 15, "lead"),
        ("2026-05-06", 15, "responsible"),
    ]


def test_the_ledger_tells_whom_a_reminder_announced(cast):
    live("2026-04-15", "2026-04-22")

    with override("en"):
        told = ledger.of_activity(cast.milestone.activity, on=date(2026, 4, 22))

    notes = [entry.note for entry in told.past]
    assert "Announced that Stedfortræder is asked Wednesday 29 April" in notes


# --- what the reader is told ----------------------------------------------------------


def letter_to(person, now, language="da"):
    """Write the one mail that a person is about to get."""
    person.language = language
    person.save()
    compose.remind(now=now)
    message = Message.objects.get(recipient=person, state="pending")
    [(_pk, rows)] = compose.still_wanted([message], now=now).items()
    return letters.write(message, rows, now=now)


@pytest.mark.parametrize(
    ("steps_before", "day", "danish", "english"),
    [
        (
            "2026-04-15",
            "2026-04-22",
            "inden onsdag 29. april, spørger vi Stedfortræder, der er stedfortræder.",
            "If we hear nothing by Wednesday 29 April, we will ask Stedfortræder, the",
        ),
        (
            "2026-04-28",
            "2026-04-29",
            "inden onsdag 6. maj, spørger vi Centerchef, chef for Center for Kultur og",
            "If we hear nothing by Wednesday 6 May, we will ask Centerchef, head of",
        ),
        (
            "2026-05-05",
            "2026-05-06",
            "spørger vi Koordinator, der er koordinator for helhedsplanen.",
            "we will ask Koordinator, coordinator of the programme.",
        ),
        (
            "2026-05-20",
            "2026-05-21",
            "inden fredag 29. maj, spørger vi Leder, der er leder af helhedsplanen.",
            "by Friday 29 May, we will ask Leder, manager of the programme.",
        ),
    ],
)
def test_the_reminder_before_names_day_and_person(
    cast, steps_before, day, danish, english
):
    live("2026-04-15", steps_before)

    in_danish = letter_to(cast.responsible, at(day))
    in_english = letter_to(cast.responsible, at(day), "en")

    for letter, sentence in ((in_danish, danish), (in_english, english)):
        assert sentence in letter.text
        assert sentence in letter.html


def test_a_reminder_with_none_to_follow_announces_nobody(cast):
    letter = letter_to(cast.responsible, at("2026-04-15"))

    assert "spørger vi" not in letter.text


def test_one_mail_about_several_deadlines_says_it_of_each(cast):
    make_milestone(
        activity=cast.milestone.activity,
        responsible=cast.responsible,
        due_on=date(2026, 4, 14),
        title="Aftalen",
    )
    live("2026-04-15", "2026-04-20")

    letter = letter_to(cast.responsible, at("2026-04-22"))

    for part in (letter.text, letter.html):
        assert (
            part.count("spørger vi Stedfortræder") == len(letter.text.split("* ")) - 1
        )


def test_a_digest_says_it_too(cast):
    cast.responsible.reminder_mode = "digest"
    cast.responsible.save()
    live("2026-04-13", "2026-04-17")
    reminders.plan(now=at("2026-04-20"))
    regular.compose(now=at("2026-04-20"))

    letter = letter_to(cast.responsible, at("2026-04-20"))

    # The step of Wednesday the 22nd is told on Monday.
    for part in (letter.text, letter.html):
        assert "inden onsdag 29. april, spørger vi Stedfortræder" in part


@pytest.mark.parametrize(
    ("name", "day", "danish", "english"),
    [
        (
            "deputy",
            "2026-04-29",
            "længe har været overskredet, og du er stedfortræder for den ansvarlige",
            "the deadline has long passed and you stand in",
        ),
        (
            "head",
            "2026-05-06",
            "længe har været overskredet, og du er chef for Center for Kultur og",
            "the deadline has long passed and you are the head of Center for",
        ),
        (
            "coordinator",
            "2026-05-13",
            "længe har været overskredet, og du koordinerer helhedsplanen",
            "the deadline has long passed and you coordinate the programme",
        ),
        (
            "manager",
            "2026-05-29",
            "længe har været overskredet, og du leder helhedsplanen",
            "the deadline has long passed and you manage the programme",
        ),
    ],
)
def test_who_is_asked_is_told_why(cast, name, day, danish, english):
    live("2026-04-15", (date.fromisoformat(day) - DAY).isoformat())

    person = getattr(cast, name)
    assert danish in letter_to(person, at(day)).text
    assert english in letter_to(person, at(day), "en").text
