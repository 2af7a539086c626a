"""The year wheel: what a year holds, how sure it is, and who may change it."""

import re
from datetime import date
from html import unescape

import pytest
import time_machine

from rollout.models import ClosingPeriod, Meeting, Occasion, Role, SettingChange
from tests.factories import (
    NOON,
    make_activity,
    make_condition,
    make_grant,
    make_meeting,
    make_member,
    make_occasion,
    make_partner,
    make_programme,
    make_round,
)
from tests.rollout.test_web_overview import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def programme():
    return make_programme()


@pytest.fixture
def manager(programme):
    return make_member(programme)


def items_of(response):
    return [
        (one.title, one.first, one.certainty.value)
        for one in response.context["page"].items
    ]


# --- what it shows ------------------------------------------------------------------


def test_the_year_begins_where_the_programme_does(client, programme, manager):
    make_occasion(programme=programme, title="Før", first="10-31", last="10-31")
    make_occasion(programme=programme, title="Først", first="11-01", last="11-01")
    client.force_login(manager)

    response = client.get("/year-wheel/")

    assert "Årshjul 2025/26 1. november 2025 – 31. oktober 2026" in text_of(response)
    assert items_of(response) == [
        ("Først", date(2025, 11, 1), "proposal"),
        ("Før", date(2026, 10, 31), "proposal"),
    ]


@pytest.mark.parametrize(
    ("asked", "name", "previous", "following"),
    [
        ("2025", "2025/26", None, 2026),
        ("2028", "2028/29", 2027, None),
        ("1999", "2025/26", None, 2026),
        ("x", "2025/26", None, 2026),
    ],
)
def test_the_address_chooses_a_year_of_the_programme(
    client, manager, asked, name, previous, following
):
    client.force_login(manager)

    year = client.get(f"/year-wheel/?year={asked}").context["page"].year

    assert (year.name, year.previous, year.next) == (name, previous, following)


def test_what_is_agreed_and_what_is_only_expected_are_told_apart(
    client, programme, manager
):
    make_round(programme=programme, title="Aftalt", state="agreed")
    make_round(programme=programme, title="Ventet", due_on=date(2026, 9, 1))
    make_meeting(programme=programme)
    activity = make_activity(programme=programme)
    make_condition(activity=activity, title="Stilling", expected_on=date(2026, 10, 7))
    make_condition(
        activity=activity,
        title="Lokale",
        outcome="met",
        decided_on=date(2026, 1, 20),
    )
    make_grant(programme=programme, ends_on=date(2026, 5, 31))
    make_occasion(programme=programme, title="Vores rytme")
    make_occasion(programme=programme, title="Deres rytme", is_proposal=False)
    client.force_login(manager)

    response = client.get("/year-wheel/")

    assert {title: sure for title, _day, sure in items_of(response)} == {
        "Aftalt": "agreed",
        "Ventet": "expected",
        "Bestyrelsesmøde": "agreed",
        "Stilling": "expected",
        "Lokale": "agreed",
        "Eksempelfonden": "agreed",
        "Vores rytme": "proposal",
        "Deres rytme": "agreed",
    }
    seen = text_of(response)
    assert (
        "14. aug. 2026 (uge 33) Aftalt Aftalt · monitorering · aftalt med LBF" in seen
    )
    assert "Stilling Forventet · beslutning · Byrådet, afventes" in seen
    assert "Vores rytme Vores forslag · bestyrelse" in seen


def test_a_round_that_comes_back_is_expected_in_the_years_to_come(
    client, programme, manager
):
    make_round(
        programme=programme,
        title="Regnskab",
        state="agreed",
        due_on=date(2026, 6, 30),
        recurrence="half_yearly",
    )
    client.force_login(manager)

    years = [items_of(client.get(f"/year-wheel/?year={year}")) for year in (2025, 2028)]

    assert years == [
        [("Regnskab", date(2026, 6, 30), "agreed")],
        [
            ("Regnskab", date(2028, 12, 30), "expected"),
            ("Regnskab", date(2029, 6, 30), "expected"),
        ],
    ]


def test_days_off_and_quiet_periods_stand_in_their_months(client, programme, manager):
    ClosingPeriod.objects.create(
        programme=programme,
        kind="quiet",
        name="Sommerferie",
        starts_on=date(2026, 7, 1),
        ends_on=date(2026, 8, 2),
    )
    client.force_login(manager)

    page = client.get("/year-wheel/").context["page"]

    months = {one.name: one for one in page.months}
    assert [str(one) for one in months["August 2026"].periods] == ["Sommerferie"]
    names = [name for _day, name in months["Maj 2026"].holidays]
    assert "Kristi himmelfartsdag" in names
    assert len(page.quiet) == 1
    assert [one.is_now for one in page.months].index(True) == 4


def test_the_wheel_and_the_list_say_the_same(client, programme, manager):
    for number in range(14):
        make_meeting(programme=programme, body=f"M{number}")
    make_occasion(programme=programme)
    client.force_login(manager)

    response = client.get("/year-wheel/")

    html = unescape(response.content.decode())
    links = re.findall(r'href="#(item-\d+)"', html)
    assert links == re.findall(r'<li id="(item-\d+)"', html)
    assert len(links) == 15
    marks = response.context["page"].marks
    assert marks[0].arc, "what takes two months is drawn as a stretch"


def test_no_mark_covers_another_while_there_is_room(client, programme, manager):
    for month in range(1, 13):
        for day in (1, 3, 15):
            held_on = date(2025 if month > 10 else 2026, month, day)
            make_meeting(programme=programme, body=str(held_on), held_on=held_on)
    client.force_login(manager)

    marks = client.get("/year-wheel/").context["page"].marks

    apart = [
        (one.x - other.x) ** 2 + (one.y - other.y) ** 2
        for number, one in enumerate(marks)
        for other in marks[:number]
    ]
    assert min(apart) ** 0.5 >= 26, "a mark is 26 units wide"


def test_a_partner_sees_the_frame_and_its_own(client, programme):
    partner = make_partner(programme=programme)
    own = make_activity(programme=programme, responsible_partner=partner)
    make_condition(activity=own, title="Vores", expected_on=date(2026, 4, 1))
    make_condition(
        activity=make_activity(programme=programme),
        title="Andres",
        expected_on=date(2026, 4, 1),
    )
    make_round(programme=programme, title="Lederens runde")
    make_meeting(programme=programme)
    client.force_login(make_member(programme, Role.PARTNER, partner=partner))

    response = client.get("/year-wheel/")

    titles = [title for title, _day, _sure in items_of(response)]
    assert titles == ["Vores", "Bestyrelsesmøde"]
    assert "Ret faste punkter" not in text_of(response)


def test_the_year_can_be_downloaded(client, programme, manager):
    make_occasion(programme=programme, title="Årsstatus")
    client.force_login(manager)

    response = client.get("/year-wheel/?format=csv")

    lines = response.content.decode().splitlines()
    assert lines[1] == ("2026-02-01;2026-03-31;5;Årsstatus;bestyrelse;vores forslag;")


def test_more_in_a_year_asks_no_more_queries(
    client, programme, manager, django_assert_num_queries
):
    client.force_login(manager)

    for _round in range(2):
        activity = make_activity(programme=programme)
        make_condition(activity=activity, expected_on=date(2026, 4, 1))
        make_round(programme=programme, recurrence="yearly")
        make_occasion(programme=programme)
        make_grant(programme=programme)
        with django_assert_num_queries(12):
            client.get("/year-wheel/")


# --- what managers keep in it -------------------------------------------------------


def test_a_manager_adds_changes_and_removes_a_fixed_point(client, programme, manager):
    client.force_login(manager)
    posted = {"title": "Skolestart", "kind": "school", "first": "10/8", "last": ""}

    client.post("/settings/year/occasions/new/", posted | {"is_proposal": "on"})
    made = Occasion.objects.get()
    assert (made.first, made.last, made.is_proposal) == ("08-10", "08-10", True)
    form = text_of(client.get(f"/settings/year/occasions/{made.pk}/"))
    assert "Skolestart" in form

    client.post(f"/settings/year/occasions/{made.pk}/", posted | {"first": "12.8."})
    made.refresh_from_db()
    assert (made.first, made.is_proposal) == ("08-12", False)
    assert "12. august" in text_of(client.get("/settings/year/"))

    client.post(f"/settings/year/occasions/{made.pk}/removal/")
    assert not Occasion.objects.exists()
    assert list(SettingChange.objects.order_by("pk").values_list("verb", "name")) == [
        ("added", "Skolestart"),
        ("changed", "Skolestart"),
        ("removed", "Skolestart"),
    ]


def test_a_manager_adds_a_meeting(client, programme, manager):
    client.force_login(manager)

    answer = client.post(
        "/settings/year/meetings/new/",
        {"kind": "council", "held_on": "2026-09-30", "notice_days": 5},
    )

    assert answer.status_code == 302
    made = Meeting.objects.get()
    assert (made.programme, made.held_on) == (programme, date(2026, 9, 30))


@pytest.mark.parametrize(
    ("first", "told"),
    [("31/2", "Skriv dag og måned"), ("juni", "Skriv dag og måned")],
)
def test_what_is_no_day_of_the_year_is_asked_again(client, manager, first, told):
    client.force_login(manager)

    answer = client.post(
        "/settings/year/occasions/new/",
        {"title": "X", "kind": "other", "first": first},
    )

    assert answer.status_code == 422
    assert told in text_of(answer)
    assert f'value="{first}"' in answer.content.decode()


def test_the_same_meeting_is_not_added_twice(client, programme, manager):
    make_meeting(programme=programme, held_on=date(2026, 3, 12))
    client.force_login(manager)

    answer = client.post(
        "/settings/year/meetings/new/",
        {"kind": "board", "held_on": "2026-03-12", "notice_days": 5},
    )

    assert answer.status_code == 422
    assert Meeting.objects.count() == 1


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.PARTNER, Role.OBSERVER])
def test_only_managers_change_the_year(client, programme, role):
    made = make_occasion(programme=programme)
    client.force_login(make_member(programme, role))
    page = f"/settings/year/occasions/{made.pk}/"

    answers = [
        client.get("/settings/year/"),
        client.get(page),
        client.post(page, {"title": "Y"}),
        client.post(f"{page}removal/"),
        client.post("/settings/year/occasions/new/", {"title": "Y"}),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert Occasion.objects.get().title == made.title


def test_what_belongs_to_another_programme_is_not_there(client, manager):
    client.force_login(manager)
    other = make_occasion()

    assert client.get(f"/settings/year/occasions/{other.pk}/").status_code == 404
    assert client.get("/settings/year/nothing/new/").status_code == 404
