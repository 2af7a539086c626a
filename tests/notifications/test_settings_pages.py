"""Settings of ladders and calendar: seen before saved, and only by who may."""

import re
from datetime import date

import pytest
import time_machine

from notifications import reminders
from notifications.ladder import StepValues, set_ladder
from notifications.models import Ladder, LadderStep, Reminder
from rollout.models import ClosingPeriod, Programme, Role, SettingChange
from rollout.services import Invalid
from tests.factories import NOON, make_member, make_programme
from tests.notifications.factories import (
    at,
    make_due_milestone,
    make_ladder,
    make_period,
    make_running_activity,
)
from workflows.engine import NotAllowed

pytestmark = pytest.mark.django_db

PERIOD = {
    "name": "Efterårsferie",
    "kind": "quiet",
    "starts_on": "2026-04-13",
    "ends_on": "2026-04-17",
}


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(at("2026-04-01"), tick=False):
        yield


@pytest.fixture
def milestone(no_nudges):
    return make_due_milestone(
        "2026-04-15", activity=make_running_activity(), title="Aftale med foreninger"
    )


@pytest.fixture
def manager(client, milestone):
    person = make_member(milestone.programme, name="Eksempel Leder")
    client.force_login(person)
    return person


def rows(*steps):
    """Fill the form for steps in: (days, side, audience, every, until)."""
    data = {"steps-TOTAL_FORMS": str(len(steps)), "steps-INITIAL_FORMS": "0"}
    for number, (days, side, audience, every, until) in enumerate(steps):
        data |= {
            f"steps-{number}-days": days,
            f"steps-{number}-side": side,
            f"steps-{number}-audience": audience,
            f"steps-{number}-repeat_every": every,
            f"steps-{number}-until": until,
        }
    return data


def seen_in(response):
    """Return what the button that saves carries."""
    return re.search(r'name="seen" value="(\w+)"', response.content.decode()).group(1)


def save(client, path, data):
    """Look at what changes, then save."""
    preview = client.post(path, data)
    assert preview.status_code == 200, preview.content.decode()
    return preview, client.post(path, data | {"seen": seen_in(preview)})


# --- who may --------------------------------------------------------------------------


def paths(period):
    return [
        "/settings/ladders/",
        "/settings/ladders/milestone/",
        "/settings/ladders/milestone/removal/",
        "/settings/calendar/",
        "/settings/calendar/half-days/",
        "/settings/calendar/new/",
        f"/settings/calendar/{period.pk}/",
        f"/settings/calendar/{period.pk}/removal/",
    ]


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.OBSERVER, Role.PARTNER])
def test_who_does_not_manage_the_programme_may_neither_look_nor_act(client, role):
    programme = make_programme()
    period = make_period(programme, "2026-07-01", "2026-07-31")
    client.force_login(make_member(programme, role))

    for path in paths(period):
        assert client.get(path).status_code == 403, path
        assert client.post(path, PERIOD).status_code in {403, 405}, path
    assert ClosingPeriod.objects.get().name == "Sommerferie"


def test_another_programmes_settings_do_not_exist(client, manager):
    foreign = make_period(make_programme(), "2026-07-01", "2026-07-31")

    for path in paths(foreign)[6:]:
        assert client.get(path).status_code == 404, path
        assert client.post(path, PERIOD).status_code == 404, path
    query = {"programme": foreign.programme.code}
    for path in paths(foreign)[:6]:
        assert client.get(path, query).status_code == 404, path


def test_a_kind_of_which_nobody_is_reminded_has_no_page(client, manager):
    assert client.get("/settings/ladders/nonsense/").status_code == 404


# --- ladders --------------------------------------------------------------------------


def test_the_list_says_every_ladder_in_words(client, manager):
    html = client.get("/settings/ladders/").content.decode()

    assert "20 arbejdsdage før, 5 arbejdsdage før, på fristen" in html
    assert "derefter hver 5. arbejdsdag indtil 60 arbejdsdage" in html
    assert "Stedfortræderen: 10 arbejdsdage efter" in html
    assert html.count("standard") >= 10


def test_a_first_change_is_seen_then_saved_on_a_copy_of_the_standard(
    client, milestone, manager
):
    shown = client.get("/settings/ladders/milestone/").content.decode()
    data = rows(
        ("3", "before", "responsible", "", ""),
        ("5", "after", "responsible", "5", "20"),
        ("10", "after", "manager", "", ""),
        ("", "before", "responsible", "", ""),
    )

    preview = client.post("/settings/ladders/milestone/", data)
    assert not Ladder.objects.filter(programme=milestone.programme).exists()
    assert not SettingChange.objects.exists()
    response = client.post(
        "/settings/ladders/milestone/", data | {"seen": seen_in(preview)}, follow=True
    )

    assert 'value="20"' in shown
    assert "Fjern</label>" in shown
    html = preview.content.decode()
    assert "Aftale med foreninger" in html
    assert "3 arbejdsdage før" in html
    ladder = Ladder.objects.get(programme=milestone.programme)
    found = ladder.steps.values_list("offset_days", "repeat_every", "until", "audience")
    assert set(found) == {
        (-3, None, None, "responsible"),
        (5, 5, 20, "responsible"),
        (10, None, None, "manager"),
    }
    told = response.content.decode()
    assert "egne trin" in told
    assert "Eksempel Leder ændrede “milepæl”" in told
    assert LadderStep.objects.filter(ladder__programme=None, ladder__kind="").exists()


def test_what_is_changed_after_the_preview_is_shown_again_before_it_is_saved(
    client, milestone, manager
):
    data = rows(("3", "before", "responsible", "", ""))
    preview = client.post("/settings/ladders/milestone/", data)

    other = rows(("4", "before", "responsible", "", "")) | {"seen": seen_in(preview)}
    response = client.post("/settings/ladders/milestone/", other)

    assert response.status_code == 200
    assert "Det ændrer sig" in response.content.decode()
    assert not Ladder.objects.filter(programme=milestone.programme).exists()


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        (
            [("5", "before", "responsible", "", "")] * 2,
            "falder på samme dag",
        ),
        ([("5", "before", "responsible", "5", "")], "efter fristen kan gentages"),
        ([("5", "after", "responsible", "", "9")], "der gentages, har et seneste trin"),
        ([("5", "after", "responsible", "5", "3")], "ligger før det første"),
        ([("5", "after", "lead", "", "")], "et trin til den ansvarlige varsle det"),
        (
            [("0", "before", "responsible", "", ""), ("5", "before", "lead", "", "")],
            "først når fristen er overskredet",
        ),
        (
            [("0", "before", "responsible", "", ""), ("5", "after", "lead", "5", "")],
            "Andre bliver spurgt én gang",
        ),
        ([("-1", "before", "responsible", "", "")], "større end eller lig 0"),
    ],
)
def test_steps_that_make_no_sense_are_refused_and_kept(client, manager, steps, said):
    response = client.post("/settings/ladders/milestone/", rows(*steps))

    html = response.content.decode()
    assert response.status_code == 422
    assert said in html
    assert f'value="{steps[0][0]}"' in html
    assert not Ladder.objects.exclude(programme=None).exists()


def test_a_nudge_has_no_step_before_there_is_cause(client, manager):
    html = client.get("/settings/ladders/untouched/").content.decode()

    assert '<option value="before"' not in html
    with pytest.raises(Invalid):
        set_ladder(
            Programme.objects.get(), "untouched", [StepValues(0)], by=manager, at=NOON
        )


def test_a_ladder_without_steps_reminds_nobody(client, milestone, manager):
    save(client, "/settings/ladders/milestone/", rows())

    reminders.plan(now=at("2026-04-15"))

    assert not Reminder.objects.filter(kind="milestone").exists()
    assert "Ingen bliver mindet om det" in (
        client.get("/settings/ladders/").content.decode()
    )


def test_a_step_is_removed_by_its_box(client, milestone, manager):
    make_ladder(milestone.programme, -5, 0, kind="milestone")
    data = rows(
        ("5", "before", "responsible", "", ""), ("0", "before", "responsible", "", "")
    ) | {"steps-INITIAL_FORMS": "2", "steps-0-DELETE": "on"}

    save(client, "/settings/ladders/milestone/", data)

    ladder = Ladder.objects.get(programme=milestone.programme)
    assert list(ladder.steps.values_list("offset_days", flat=True)) == [0]


def test_the_standard_can_hold_again(client, milestone, manager):
    make_ladder(milestone.programme, kind="milestone")

    shown = client.get("/settings/ladders/milestone/removal/").content.decode()
    assert Ladder.objects.filter(programme=milestone.programme).exists()
    client.post("/settings/ladders/milestone/removal/")

    assert "Aftale med foreninger" in shown
    assert not Ladder.objects.filter(programme=milestone.programme).exists()


def test_a_changed_ladder_replans_what_was_not_sent(client, milestone, manager):
    reminders.plan(now=at("2026-04-08"))

    save(
        client,
        "/settings/ladders/milestone/",
        rows(("2", "before", "responsible", "", "")),
    )
    reminders.plan(now=at("2026-04-08", 12))

    row = Reminder.objects.get(kind="milestone", step=-5)
    assert (row.state, row.reason) == ("cancelled", "ladder")


def test_the_services_ask_for_the_right_themselves(milestone):
    coordinator = make_member(milestone.programme, Role.COORDINATOR)

    with pytest.raises(NotAllowed):
        set_ladder(milestone.programme, "milestone", [], by=coordinator, at=NOON)


# --- the calendar ---------------------------------------------------------------------


def test_the_year_shows_what_is_off_and_why_by_more_than_colour(client, manager):
    programme = Programme.objects.get()
    make_period(programme, "2026-07-01", "2026-07-31")
    make_period(programme, "2026-05-15", "2026-05-15", kind="closed", name="Lukkedag")

    html = client.get("/settings/calendar/", {"year": "2026"}).content.decode()

    assert "mellem kl. 07 og 17" in html
    assert "Skærtorsdag" in html
    assert html.count("Lukkedag</span>") == 1
    assert (
        'class="day-quiet">1<span class="day-mark" aria-hidden="true">S</span>' in html
    )
    assert "Store bededag" not in html
    # April 2026: Easter takes three of twenty-two days.
    assert re.search(r"April <span[^>]*>19 arbejdsdage", html)
    assert '<th scope="row">53</th>' in html


@pytest.mark.parametrize("year", ["1900", "99999999999", "nonsense", ""])
def test_the_year_stays_inside_the_programme(client, manager, year):
    assert client.get("/settings/calendar/", {"year": year}).status_code == 200


def test_a_period_is_seen_then_saved_and_moves_what_was_not_sent(
    client, milestone, manager
):
    preview, response = save(client, "/settings/calendar/new/", PERIOD)

    html = preview.content.decode()
    assert "onsdag 15. april → fredag 10. april" in html
    assert response.status_code == 302
    period = ClosingPeriod.objects.get()
    assert (period.name, period.ends_on) == ("Efterårsferie", date(2026, 4, 17))
    assert "Eksempel Leder tilføjede “Efterårsferie”" in (
        client.get("/settings/calendar/").content.decode()
    )
    reminders.plan(now=at("2026-04-10"))
    row = Reminder.objects.get(kind="milestone", step=0)
    assert (row.send_on, row.moved_name) == (date(2026, 4, 10), "Efterårsferie")


def test_a_period_is_changed_and_removed(client, milestone, manager):
    period = make_period(milestone.programme, "2026-04-13", "2026-04-17")
    path = f"/settings/calendar/{period.pk}/"

    save(client, path, PERIOD | {"ends_on": "2026-04-14", "name": "Kort ferie"})
    period.refresh_from_db()
    shown = client.get(f"{path}removal/").content.decode()
    assert ClosingPeriod.objects.exists()
    client.post(f"{path}removal/")

    assert (period.name, period.ends_on) == ("Kort ferie", date(2026, 4, 14))
    assert "Skal perioden “Kort ferie” fjernes?" in shown
    assert not ClosingPeriod.objects.exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "Dette felt er påkrævet"),
        ({"starts_on": "13.13.2026"}, "Indtast en gyldig dato"),
        ({"ends_on": "2026-04-01"}, "Den sidste dag ligger før den første"),
        ({"ends_on": "2036-04-01"}, "højst vare et år"),
        ({"kind": "nonsense"}, "nonsense"),
    ],
)
def test_a_period_that_makes_no_sense_is_refused(client, manager, changes, said):
    response = client.post("/settings/calendar/new/", PERIOD | changes)

    assert response.status_code == 422
    assert said in response.content.decode()
    assert not ClosingPeriod.objects.exists()


def test_1_may_becomes_a_day_off(client, milestone, manager):
    milestone.due_on = date(2026, 5, 1)
    milestone.save()

    preview, _response = save(client, "/settings/calendar/half-days/", {"may_1": "on"})

    assert "fredag 1. maj → torsdag 30. april" in preview.content.decode()
    programme = Programme.objects.get()
    assert (programme.has_may_1_off, programme.has_june_5_off) == (True, False)
    html = client.get("/settings/calendar/", {"year": "2026"}).content.decode()
    assert "1. maj er en fridag." in html
    assert "ændrede “1. maj og 5. juni”" in html
