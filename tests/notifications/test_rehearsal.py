"""A rehearsal says what the engine then does, quickly, and leaves no trace."""

import csv
import json
import os
import time
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection

from notifications import compose, outbox, planner
from notifications.models import REGULAR, Message, Reminder, SuppressedAddress
from notifications.outbox import Timing
from notifications.rehearsal import rehearse
from notifications.shadow import rehearsing
from rollout.models import (
    Activity,
    Milestone,
    Programme,
    ReminderMode,
    Role,
    User,
)
from tests.factories import (
    make_activity,
    make_meeting,
    make_member,
    make_partner,
    make_user,
)
from tests.notifications.factories import (
    at,
    make_due_milestone,
    make_ladder,
    make_period,
    make_running_activity,
)

pytestmark = pytest.mark.django_db(transaction=True)

PLANS = Path(__file__).resolve().parents[2] / "plans"


def rehearse_days(first, days=30, *, hour=8, **fields):
    begin = date.fromisoformat(first)
    return rehearse(
        now=at(begin, hour),
        first=begin,
        last=begin + timedelta(days=days),
        **fields,
    )


def apply_ishoj(day):
    with time_machine.travel(at(day), tick=True):
        for plan in ("ishoj-2025-2029.yaml", "example-data.yaml"):
            call_command("plan", "apply", str(PLANS / plan), stdout=StringIO())
    return Programme.objects.get()


def forecast_of(rehearsal):
    """Each mail as (day, address, which regular mail it is, what it reminds of)."""
    return sorted(
        (
            mail.day,
            mail.recipient.email,
            mail.kind if mail.kind in REGULAR else "",
            mail.deadlines,
            tuple(sorted((step.key, step.step) for step in mail.steps)),
        )
        for mail in rehearsal.mails
    )


def live_through(first, days, sink, *, hour=8):
    """Move the clock day by day through the real engine; return what was sent."""
    arrived, sent = [], []
    for n in range(days + 1):
        day = date.fromisoformat(first) + timedelta(days=n)
        now = at(day, hour if n == 0 else 8)
        seen = len(sink.received)
        known = set(Message.objects.filter(state="sent").values_list("pk", flat=True))
        planner.run(now=now)
        outbox.deliver(now=now, times=Timing(jitter=0))
        arrived += [(day, mail.recipients[0]) for mail in sink.received[seen:]]
        for message in Message.objects.filter(state="sent").exclude(pk__in=known):
            rows = Reminder.objects.filter(message=message)
            steps = tuple(sorted((row.key, row.step) for row in rows))
            kind = message.kind if message.kind in REGULAR else ""
            deadlines = tuple(message.params.get("deadlines", ()))
            sent.append((day, message.to_address, kind, deadlines, steps))
    assert sorted(arrived) == sorted((day, to) for day, to, *_rest in sent)
    return sorted(sent)


def fingerprint():
    """Every row of every table, and who wrote or locked it last."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        )
        found = {}
        for (table,) in cursor.fetchall():
            cursor.execute(
                "SELECT count(*), md5(string_agg(t::text || xmin || xmax, '' "
                f'ORDER BY t::text)) FROM "{table}" t'
            )
            found[table] = cursor.fetchone()
        cursor.execute("SELECT sequencename, last_value FROM pg_sequences ORDER BY 1")
        found["sequences"] = cursor.fetchall()
    return found


def counts():
    return {model: model.objects.count() for model in (Milestone, User, Activity)}


# --- it says what then happens --------------------------------------------------------


@pytest.mark.parametrize(
    "first", ["2026-12-04", pytest.param("2027-03-05", marks=pytest.mark.long)]
)
def test_the_next_30_days_are_what_the_engine_then_sends(first, smtp_sink):
    apply_ishoj("2026-11-20")
    busy = Milestone.objects.filter(responsible__isnull=False).first()
    busy.responsible.stand_in = User.objects.get(email="leder@example.org")
    busy.responsible.stand_in_from = date.fromisoformat(first) + timedelta(days=8)
    busy.responsible.stand_in_until = date.fromisoformat(first) + timedelta(days=17)
    busy.responsible.save()

    forecast = forecast_of(rehearse_days(first))
    lived = live_through(first, 30, smtp_sink)

    assert len(forecast) > 20
    assert forecast == lived


def test_it_holds_with_quiet_periods_holds_and_people_who_cannot_be_reached(smtp_sink):
    activity = make_running_activity()
    programme = activity.programme
    coordinator = make_member(programme, Role.COORDINATOR, name="Koordinator")
    make_period(programme, "2026-04-13", "2026-04-17")
    gone = make_user(name="Rejst", is_active=False)
    bounced = make_user(name="Afvist")
    SuppressedAddress.objects.create(
        address=bounced.email, reason="550", suppressed_at=at("2026-01-01")
    )
    planned = make_activity(programme=programme, responsible=make_user())
    for n, responsible in enumerate((None, gone, bounced, coordinator)):
        make_due_milestone(
            f"2026-04-{10 + n}", activity=activity, responsible=responsible
        )
    make_due_milestone("2026-04-15", activity=planned)
    other = make_due_milestone("2026-04-14")
    make_ladder(other.programme, -3, 0, 2)

    forecast = forecast_of(rehearse_days("2026-04-01", 40))
    lived = live_through("2026-04-01", 40, smtp_sink)

    assert len(forecast) > 10
    assert forecast == lived


@pytest.mark.parametrize(
    "first", ["2027-03-24", pytest.param("2026-12-04", marks=pytest.mark.long)]
)
def test_it_holds_with_digests_pauses_and_people_who_unsubscribed(first, smtp_sink):
    programme = apply_ishoj("2026-11-20")
    begin = date.fromisoformat(first)
    asked = User.objects.filter(milestones__state="open").distinct().order_by("email")
    busy, paused, gone, digest = asked[:4]
    for person in (busy, paused, digest):
        person.reminder_mode = ReminderMode.DIGEST
    gone.reminder_mode = ReminderMode.REQUIRED
    paused.paused_until = begin + timedelta(days=12)
    busy.paused_until = begin + timedelta(days=5)
    busy.stand_in = digest
    busy.stand_in_from = begin + timedelta(days=9)
    busy.stand_in_until = begin + timedelta(days=16)
    for person in (busy, paused, gone, digest):
        person.save()
    make_period(programme, "2027-04-05", "2027-04-06")
    make_meeting(programme=programme, held_on=begin + timedelta(days=21))

    rehearsal = rehearse_days(first)
    forecast = forecast_of(rehearsal)
    lived = live_through(first, 30, smtp_sink)

    assert forecast == lived
    kinds = {kind for _day, _to, kind, *_rest in forecast}
    assert kinds == {"", "digest", "summary", "meeting"}
    assert "unsubscribed" in {step.reason for step in rehearsal.kept}
    moved = {step.moved_off for mail in rehearsal.mails for step in mail.steps}
    assert "digest" in moved


def test_what_a_stand_in_was_told_is_not_foretold_again(smtp_sink):
    reader = make_user(
        stand_in=make_user(name="Stedfortræder"), stand_in_until=date(2026, 4, 9)
    )
    make_due_milestone("2026-04-15", activity=make_running_activity(responsible=reader))
    live_through("2026-04-08", 0, smtp_sink)

    forecast = forecast_of(rehearse_days("2026-04-09", 5))
    lived = live_through("2026-04-09", 5, smtp_sink)

    assert forecast == lived == []


def test_what_waits_for_a_pause_to_end_is_foretold_for_the_day_after(smtp_sink):
    reader = make_user(paused_until=date(2026, 4, 10))
    make_due_milestone("2026-04-15", activity=make_running_activity(responsible=reader))

    rehearsal = rehearse_days("2026-04-07", 9)
    forecast = forecast_of(rehearsal)
    lived = live_through("2026-04-07", 9, smtp_sink)

    assert forecast == lived
    first = rehearsal.mails[0]
    assert first.day == date(2026, 4, 13)
    assert [step.moved_off for step in first.steps] == ["paused"]


@pytest.mark.parametrize("hour", [5, 12, 18])
def test_a_digest_due_today_goes_out_if_the_day_is_not_over(hour, smtp_sink):
    reader = make_user(reminder_mode=ReminderMode.DIGEST)
    make_due_milestone("2026-04-15", activity=make_running_activity(responsible=reader))

    forecast = forecast_of(rehearse_days("2026-04-13", 16, hour=hour))
    lived = live_through("2026-04-13", 16, smtp_sink, hour=max(hour, 8))

    assert forecast == lived
    assert forecast[0][0] == date(2026, 4, 13 if hour < 17 else 20)


@pytest.mark.parametrize("hour", [5, 12, 18])
def test_it_begins_at_the_hour_it_is(hour, smtp_sink):
    make_due_milestone("2026-03-27")

    forecast = forecast_of(rehearse_days("2026-03-27", 10, hour=hour))
    # At five nothing leaves yet, but the day is not over.
    lived = live_through("2026-03-27", 10, smtp_sink, hour=max(hour, 8))

    assert forecast == lived
    assert forecast[0][0] == date(2026, 3, 27 if hour < 17 else 30)


def test_what_already_waits_in_the_outbox_is_part_of_it(smtp_sink):
    make_due_milestone("2026-03-27")
    compose.remind(now=at("2026-03-27", 16))

    forecast = forecast_of(rehearse_days("2026-03-27", 10, hour=18))
    lived = live_through("2026-03-27", 10, smtp_sink, hour=18)

    assert forecast == lived
    assert forecast[0][0] == date(2026, 3, 30)


def test_it_says_what_is_held_back_and_why():
    activity = make_activity(responsible=make_user(), state=Activity.State.PLANNED)
    make_due_milestone("2026-04-15", activity=activity)
    make_due_milestone("2026-04-15", activity=make_running_activity(responsible=None))

    rehearsal = rehearse_days("2026-04-01", 20)

    assert rehearsal.mails == []
    assert {(step.reason, step.day) for step in rehearsal.kept} == {
        ("planned", date(2026, 4, 8)),
        ("planned", date(2026, 4, 15)),
        ("nobody", date(2026, 4, 8)),
        ("nobody", date(2026, 4, 15)),
    }


def test_it_keeps_to_one_programme():
    mine, other = make_due_milestone("2026-04-15"), make_due_milestone("2026-04-15")

    rehearsal = rehearse_days("2026-04-15", 0, programme=mine.programme)

    [mail] = rehearsal.mails
    assert [step.title for step in mail.steps] == [mine.title]
    assert mail.recipient != other.activity.responsible


def test_it_tells_the_load_of_each_person():
    activity = make_running_activity()
    for day in ("2026-04-15", "2026-04-16", "2026-04-16"):
        make_due_milestone(day, activity=activity)

    [load] = rehearse_days("2026-04-15", 1).loads()

    # On the first day also the step of the two others that was missed.
    assert (load.person, load.mails, load.steps) == (activity.responsible, 2, 5)
    assert load.busiest_day == date(2026, 4, 15)


# --- it leaves no trace, and is quick -------------------------------------------------


def seconds_of_work() -> float:
    """Return the time that this process and its database worked, without waiting.

    Whatever else runs on the machine does not lengthen it.
    """
    assert connection.connection is not None
    about = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text()
    in_user, in_kernel = about.rpartition(")")[2].split()[11:13]
    ticks = int(in_user) + int(in_kernel)
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def test_four_years_take_less_than_ten_seconds_and_leave_no_trace():
    programme = apply_ishoj("2026-11-24")
    compose.remind(now=at("2026-11-24"))
    before = fingerprint()
    began = seconds_of_work()

    rehearsal = rehearse(
        now=at("2026-11-24"),
        first=programme.starts_on,
        last=programme.ends_on,
        programme=programme,
    )

    assert seconds_of_work() - began < 10
    assert fingerprint() == before
    assert len(rehearsal.mails) > 150


def test_a_rehearsal_that_fails_leaves_no_trace_either(tmp_path):
    apply_ishoj("2026-11-24")
    broken = tmp_path / "plan.yaml"
    broken.write_text("programme: {code: nowhere}\nnonsense: 1\n")
    before = fingerprint()

    with pytest.raises(CommandError):
        call_command("rehearse", "--plan", str(broken), stdout=StringIO())

    assert fingerprint() == before


def test_the_engine_need_not_wait_for_a_rehearsal():
    make_due_milestone("2026-04-15")

    with rehearsing():
        compose.remind(now=at("2026-04-15"))
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname FROM pg_locks JOIN pg_class c ON c.oid = relation "
                "WHERE pid = pg_backend_pid() AND relkind = 'r' "
                "AND mode NOT IN ('AccessShareLock', 'RowShareLock') "
                "AND relname LIKE 'notifications_%%' "
                "AND relnamespace = 'public'::regnamespace"
            )
            locked = {name for (name,) in cursor.fetchall()}

    # The heartbeat is a row of its own that nobody waits for long.
    assert locked <= {"notifications_heartbeat"}


# --- a plan that is not applied yet ---------------------------------------------------


def test_a_plan_file_can_be_rehearsed_before_it_is_applied():
    with time_machine.travel(at("2026-11-24"), tick=True):
        call_command(
            "plan", "apply", str(PLANS / "ishoj-2025-2029.yaml"), stdout=StringIO()
        )
        before = counts()
        out = StringIO()
        call_command(
            "rehearse",
            "--plan",
            str(PLANS / "example-data.yaml"),
            "--format",
            "json",
            stdout=out,
        )

    found = json.loads(out.getvalue())
    assert any(row["deadline"].startswith("milestone:") for row in found["rows"])
    assert not Milestone.objects.exists()
    assert counts() == before


# --- the command ----------------------------------------------------------------------


def run(*arguments):
    out = StringIO()
    with time_machine.travel(at("2026-04-08"), tick=True):
        call_command("rehearse", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_tells_it_day_by_day_in_danish():
    make_due_milestone("2026-04-15", title="Aftale med foreninger")

    told = run("--until", "2026-04-15")

    assert "onsdag 8. april 2026 (uge 15)" in told
    assert "“Aftale med foreninger”" in told
    assert "2 mails til 1 person." in told


def test_the_command_writes_csv_that_a_spreadsheet_does_not_run():
    make_due_milestone("2026-04-15", title="=HYPERLINK(1)")

    [row] = csv.DictReader(StringIO(run("--until", "2026-04-08", "--format", "csv")))

    assert row["title"] == "'=HYPERLINK(1)"
    assert (row["day"], row["step"], row["state"]) == ("2026-04-08", "-5", "sent")


def test_the_command_writes_json():
    milestone = make_due_milestone("2026-04-15")
    partner = make_partner(programme=milestone.programme)

    found = json.loads(run("--programme", partner.programme.code, "--format", "json"))

    assert (found["from"], found["until"]) == ("2026-04-08", "2026-05-08")
    assert found["rows"][0]["deadline"] == f"milestone:{milestone.pk}"
    assert found["load"][0]["mails"] == len({row["mail"] for row in found["rows"]})


@pytest.mark.parametrize(
    "arguments",
    [("--until", "2026-04-01"), ("--programme", "nowhere")],
)
def test_the_command_refuses_what_it_cannot_rehearse(arguments):
    with pytest.raises(CommandError) as refusal:
        run(*arguments)

    assert refusal.value.returncode == 2
