"""The timeline: who sees what of it, what it says, as a chart and as a table."""

from __future__ import annotations

from datetime import date

import pytest

from rollout.models import Role, Shift
from tests.factories import (
    NOON,
    make_activity,
    make_focus_area,
    make_initiative,
    make_member,
    make_milestone,
    make_partner,
    make_phase,
    make_place,
    make_programme,
)
from tests.rollout.test_web_overview import text_of
from tests.rollout.timeline_page.scene import make_named, make_waiting, save, titles_of
from workflows.engine import perform

pytestmark = pytest.mark.django_db


def test_it_shows_phases_activities_and_milestones_in_time(client, programme, manager):
    phase = make_phase(
        programme=programme,
        name="Fase 1",
        starts_on=date(2026, 2, 1),
        ends_on=date(2026, 8, 31),
    )
    make_waiting(programme, phase=phase, planned_launch_on=date(2026, 5, 4))
    client.force_login(manager)

    response = client.get("/timeline/")
    titles = titles_of(response)
    near = client.get("/timeline/?zoom=quarter")

    assert "november 2025 – oktober 2026 · arbejdsdage" in text_of(response)
    assert "Fase 1, fra 1. feb. 2026 til 31. aug. 2026" in titles
    assert "under afklaring, fra 2. marts 2026 til 2. marts 2026" in titles
    assert "under afklaring (forventet), fra 3. marts 2026 til 3. maj 2026" in titles
    assert "iværksat (forventet), fra 4. maj 2026 til 31. okt. 2029" in titles
    assert "planlagt iværksættelse: 4. maj 2026 (uge 19)" in titles
    titles = titles_of(near)
    assert "Inviteret: 7. april 2026 (uge 15), åben" in titles
    assert "Mødet: 14. april 2026 (uge 16), åben · efter: Inviteret" in titles
    assert len(near.context["page"].arrows) == 1


def test_what_is_late_or_done_says_so(client, programme, manager):
    activity = make_named(programme, "Netværk")
    done = make_milestone(activity=activity, title="Færdigt", due_on=date(2026, 1, 12))
    perform(done, "finish", by=manager, at=NOON)
    make_milestone(activity=activity, title="Sent", due_on=date(2026, 2, 20))
    dropped = make_milestone(activity=activity, title="Udgår", due_on=date(2026, 2, 6))
    perform(dropped, "drop", by=manager, at=NOON, reason="Nej")
    client.force_login(manager)

    titles = titles_of(client.get("/timeline/"))

    assert "Færdigt: 12. jan. 2026 (uge 3), færdig" in titles
    assert "Sent: 20. feb. 2026 (uge 8), overskredet" in titles
    assert not any("Udgår" in title for title in titles)


@pytest.mark.parametrize(
    ("query", "window", "ticks"),
    [
        ("zoom=programme", "november 2025 – oktober 2029", ["2025", "2026", "2029"]),
        ("zoom=year", "november 2025 – oktober 2026", ["Nov 2025", "Okt 2026"]),
        ("zoom=quarter", "februar 2026 – april 2026", ["uge 6", "uge 18"]),
        ("zoom=month", "marts 2026", ["uge 10", "man 2", "tir 31"]),
        ("zoom=month&from=2026-07-15", "juli 2026", ["uge 27", "ons 1"]),
        ("zoom=year&from=nonsense", "november 2025 – oktober 2026", []),
        ("zoom=nonsense", "november 2025 – oktober 2026", []),
    ],
)
def test_the_address_chooses_the_days(client, programme, manager, query, window, ticks):
    make_named(programme, "Netværk")
    client.force_login(manager)

    response = client.get(f"/timeline/?{query}")

    page = response.context["page"]
    assert page.window.title == window
    shown = {tick.label for tick in page.sheet.scale.major + page.sheet.scale.minor}
    assert shown >= set(ticks)


def test_dates_close_together_become_one_mark_that_tells_them_all(
    client, programme, manager
):
    activity = make_named(programme, "Netværk")
    for day in (6, 7):
        make_milestone(activity=activity, title=f"D{day}", due_on=date(2026, 5, day))
    client.force_login(manager)

    [mark] = client.get("/timeline/").context["page"].marks

    assert mark.count == 2
    assert mark.title == (
        "2 datoer tæt på hinanden: D6: 6. maj 2026 (uge 19), åben;"
        " D7: 7. maj 2026 (uge 19), åben"
    )
    assert mark.url == f"{activity.get_absolute_url()}#milestones"


def test_it_is_narrowed_like_the_overview(client, programme, manager):
    place = make_place(programme=programme)
    phase = make_phase(programme=programme, code="f1")
    phase.places.add(place)
    make_named(programme, "Af stedets fase", place=place)
    make_named(programme, "Uden fase")
    client.force_login(manager)

    seen = text_of(client.get("/timeline/?phase=f1&zoom=month"))

    assert "Af stedets fase" in seen
    assert "Uden fase" not in seen
    assert (
        'name="zoom" value="month"'
        in client.get("/timeline/?phase=f1&zoom=month").content.decode()
    )


def test_a_partner_sees_only_its_own_and_moves_nothing(client, programme):
    partner = make_partner(programme=programme)
    make_named(programme, "Vores egen", responsible_partner=partner)
    other = make_named(programme, "En andens")
    shared = make_milestone(activity=other, title="Deres milepæl")
    contact = make_member(programme, Role.PARTNER, partner=partner)
    client.force_login(contact)

    for view in ("chart", "table"):
        seen = text_of(client.get(f"/timeline/?view={view}"))
        assert "som din organisation deltager i" in seen
        assert "Vores egen" in seen
        assert "En andens" not in seen
        assert "Deres milepæl" not in seen
        assert "Hvad hvis" not in seen
    answer = save(client, f"move=milestone-{shared.pk}&days=5", "[]")
    assert answer.status_code == 403
    assert not Shift.objects.exists()


def test_somebody_elses_programme_is_not_there(client, manager):
    make_programme(code="fremmed")
    client.force_login(manager)

    assert client.get("/timeline/?programme=fremmed").status_code == 404
    assert client.post("/timeline/shift/?programme=fremmed").status_code == 404


def test_a_programme_without_activities_says_so(client, manager):
    client.force_login(manager)

    assert "Der er ingen aktiviteter endnu" in text_of(client.get("/timeline/"))


# --- the table ----------------------------------------------------------------------


def rows_of(response):
    return [(one.kind, one.title, one.day) for one in response.context["page"].rows]


def test_the_table_shows_the_same_and_sorts(client, programme, manager):
    _activity, first, then = make_waiting(programme)
    first.title, then.title = "Ønsket", "Ærlig talt"
    first.save()
    then.save()
    make_milestone(activity=first.activity, title="Åbnet", due_on=None)
    client.force_login(manager)

    by_date = rows_of(client.get("/timeline/?view=table&sort=-day"))
    by_title = rows_of(client.get("/timeline/?view=table&sort=title"))

    assert by_date[0] == ("Milepæl", "Ærlig talt", date(2026, 4, 14))
    assert by_date[-1][2] is None
    assert [title for _kind, title, _day in by_title] == [
        "Netværk i Vejleåparken",
        "Ærlig talt",
        "Ønsket",
        "Åbnet",
    ]
    assert (
        'aria-sort="ascending"'
        in client.get("/timeline/?view=table&sort=title").content.decode()
    )


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_table_can_be_downloaded(client, programme, manager, form):
    make_waiting(programme)
    client.force_login(manager)

    response = client.get(f"/timeline/?view=table&sort=day&format={form}")

    assert f"tidsplan.{form}" in response["Content-Disposition"]
    if form == "csv":
        [_heading, *lines] = response.content.decode().splitlines()
        assert lines[0] == (
            "Milepæl;Inviteret;Netværk i Vejleåparken;;2026-04-07;;15;åben;nej;;"
        )


# --- what if ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "queries"), [("", 22), ("view=table", 21), ("move=phase-{}&days=5", 31)]
)
def test_more_activities_ask_no_more_queries(
    client, programme, manager, django_assert_num_queries, query, queries
):
    client.force_login(manager)
    phase = make_phase(programme=programme)
    address = f"/timeline/?{query.format(phase.pk)}"

    for _round in range(2):
        make_waiting(programme, phase=phase, planned_launch_on=date(2026, 5, 4))
        make_named(programme, "Kører")

        with django_assert_num_queries(queries):
            client.get(address)


def test_a_page_of_the_chart_holds_some_activities_and_the_table_counts_on(
    client, programme, manager
):
    area = make_focus_area(programme=programme)
    place = make_place(programme=programme)
    for number in range(45):
        make_activity(
            initiative=make_initiative(focus_area=area, name=f"I{number:02}"),
            place=place,
        )
    client.force_login(manager)

    first, second = (client.get(f"/timeline/?page={page}") for page in (1, 2))

    lines = [
        [line for line in response.context["page"].sheet.lines if line.activity]
        for response in (first, second)
    ]
    assert [len(one) for one in lines] == [40, 5]
    assert "Side 1 af 2" in text_of(first)
    in_order, by_title = (
        client.get(f"/timeline/?view=table&page=2{sort}")
        for sort in ("", "&sort=title")
    )
    assert [len(one.context["page"].rows) for one in (in_order, by_title)] == [5, 45]
    assert len(client.get("/timeline/?format=csv").content.splitlines()) == 46
