"""The timeline: who sees what of it, what it says, and what a shift from it does."""

import re
from datetime import date
from html import unescape

import pytest
import time_machine

from rollout import services
from rollout.models import ClosingPeriod, Milestone, Role, Shift
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
from workflows.engine import perform

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
    return make_member(programme, name="Eksempel Leder")


def make_named(programme, name, *, state="launched", **fields):
    """Make an activity of an initiative with this name."""
    initiative = make_initiative(
        focus_area=make_focus_area(programme=programme), name=name
    )
    place = fields.pop("place", None) or make_place(programme=programme)
    return make_activity(initiative=initiative, place=place, state=state, **fields)


def make_waiting(programme, **fields):
    """Make an activity with two milestones in a row, the first due in April."""
    activity = make_named(programme, "Netværk", state="in_clarification", **fields)
    first = make_milestone(
        activity=activity, title="Inviteret", due_on=date(2026, 4, 7)
    )
    then = make_milestone(activity=activity, title="Mødet", due_on=date(2026, 4, 14))
    then.predecessors.add(first)
    return activity, first, then


def titles_of(response):
    """What the shapes say when one points at them."""
    html = unescape(response.content.decode())
    return [" ".join(one.split()) for one in re.findall(r"<title>(.*?)</title>", html)]


def seen_in(response):
    return response.context["saving"]["seen"].initial


def save(client, query, seen, **fields):
    return client.post(f"/timeline/shift/?{query}", {"seen": seen, **fields})


# --- what it shows ------------------------------------------------------------------


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


def test_what_if_tells_all_that_would_move_and_writes_nothing(
    client, programme, manager
):
    _activity, first, _then = make_waiting(
        programme, planned_launch_on=date(2026, 4, 20)
    )
    client.force_login(manager)

    response = client.get(f"/timeline/?move=milestone-{first.pk}&days=5")

    seen = text_of(response)
    assert "Hvad hvis “Inviteret” udskydes 5 arbejdsdage?" in seen
    assert "2 milepæle flyttes" in seen
    assert "Nu: 7. april 2026 (uge 15) Bliver til: 14. april 2026 (uge 16)" in seen
    assert "Hvorfor: kommer efter “Inviteret”" in seen
    assert len([mark for mark in response.context["page"].marks if mark.ghost]) == 2
    html = unescape(response.content.decode())
    query = f"programme={programme.code}&move=milestone-{first.pk}&days=5"
    assert f"/what-if/shift/?{query}" in html
    assert Milestone.objects.get(pk=first.pk).due_on == date(2026, 4, 7)


def test_clashes_offer_a_better_day(client, programme, manager):
    _activity, first, _then = make_waiting(programme)
    ClosingPeriod.objects.create(
        programme=programme,
        kind="quiet",
        name="Sommerferie",
        starts_on=date(2026, 7, 1),
        ends_on=date(2026, 7, 31),
    )
    client.force_login(manager)

    easter = text_of(client.get(f"/timeline/?move=milestone-{first.pk}&to=2026-04-06"))
    summer = text_of(client.get(f"/timeline/?move=milestone-{first.pk}&to=2026-06-30"))
    after = text_of(
        client.get(f"/timeline/?move=milestone-{first.pk}&to=2026-06-30&avoid_quiet=on")
    )

    assert "“Inviteret” falder på Anden påskedag, 6. april 2026" in easter
    assert "Flyt til 7. april 2026 i stedet" in easter
    assert "“Mødet” falder i stilleperioden “Sommerferie”" in summer
    assert "Udskyd det, der falder i en stilleperiode" in summer
    assert "stilleperioden “Sommerferie”" not in after
    assert "Bliver til: 3. aug. 2026 (uge 32)" in after


def test_what_cannot_be_done_says_why_and_cannot_be_saved(client, programme, manager):
    _activity, _first, then = make_waiting(programme)
    client.force_login(manager)

    response = client.get(f"/timeline/?move=milestone-{then.pk}&to=2026-04-01")

    assert "“Mødet” kommer efter “Inviteret” og kan ikke ligge før." in text_of(
        response
    )
    assert response.context["saving"] is None


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("days=&to=", "Hvad hvis …?"),
        ("days=5&to=2026-04-01", "Skriv enten et antal arbejdsdage eller en dato."),
        ("days=mange", "Indtast et heltal."),
    ],
)
def test_a_question_that_makes_no_sense_is_asked_again(
    client, programme, manager, query, told
):
    _activity, first, _then = make_waiting(programme)
    client.force_login(manager)

    response = client.get(f"/timeline/?move=milestone-{first.pk}&{query}")

    assert told in text_of(response)
    assert response.context["page"].trial.proposal is None


@pytest.mark.parametrize(
    "query", ["move=phase-999999&days=5", "move=x&days=1", "move=milestone-&to=x"]
)
def test_an_address_that_names_nothing_breaks_nothing(
    client, programme, manager, query
):
    make_waiting(programme)
    client.force_login(manager)

    response = client.get(f"/timeline/?{query}")

    assert response.status_code == 200
    assert response.context["saving"] is None


def test_saving_moves_what_was_seen_and_says_so(client, programme, manager):
    _activity, first, _then = make_waiting(programme)
    client.force_login(manager)
    query = f"zoom=month&move=milestone-{first.pk}&days=5"
    seen = seen_in(client.get(f"/timeline/?{query}"))

    response = save(client, query, seen, reason="Skolen holder ferie")

    assert response["Location"] == "/timeline/?zoom=month"
    assert "Gemt: 2 datoer er flyttet." in text_of(client.get(response["Location"]))
    assert set(Milestone.objects.values_list("due_on", flat=True)) == {
        date(2026, 4, 14),
        date(2026, 4, 21),
    }
    made = Shift.objects.get()
    assert (made.by, made.at, made.reason) == (manager, NOON, "Skolen holder ferie")


def test_what_changed_meanwhile_is_told_and_nothing_is_saved(
    client, programme, manager
):
    _activity, first, then = make_waiting(programme)
    client.force_login(manager)
    query = f"move=milestone-{first.pk}&days=5"
    seen = seen_in(client.get(f"/timeline/?{query}"))
    colleague = make_member(programme, name="Eksempel Koordinator")
    services.move_milestone(first, to=date(2026, 4, 9), by=colleague)
    perform(then, "finish", by=colleague, at=NOON, override=True, reason="Holdt")

    response = save(client, query, seen, reason="Ferie")

    told = text_of(response)
    assert response.status_code == 412
    assert (
        "“Inviteret”: 7. april 2026 er i mellemtiden blevet til 9. april 2026." in told
    )
    assert "“Mødet” ville ikke længere flytte sig." in told
    assert "Eksempel Koordinator markerede “Mødet” som færdig" in told
    assert Milestone.objects.get(pk=first.pk).due_on == date(2026, 4, 9)
    again = save(client, query, seen_in(response), reason="Ferie")
    assert again.status_code == 302
    assert Milestone.objects.get(pk=first.pk).due_on == date(2026, 4, 16)


@pytest.mark.parametrize("seen", ["", "{}", "[1]", "x", '[["milestone",1,1,null,"x"]]'])
def test_a_post_without_what_was_seen_saves_nothing(client, programme, manager, seen):
    _activity, first, _then = make_waiting(programme)
    client.force_login(manager)

    response = save(client, f"move=milestone-{first.pk}&days=5", seen)

    assert response.status_code in {412, 422}
    assert not Shift.objects.exists()


def test_what_was_written_comes_back_after_an_expired_login(client, programme, manager):
    _activity, first, _then = make_waiting(programme)
    client.force_login(manager)
    query = f"move=milestone-{first.pk}&days=5"
    seen = seen_in(client.get(f"/timeline/?{query}"))

    response = save(client, query, seen, reason="Ferie", resumed="yes")

    assert response.context["saving"]["reason"].initial == "Ferie"
    assert "Du var blevet logget ud" in text_of(response)
    assert not Shift.objects.exists()


def test_a_get_of_the_forms_address_saves_nothing(client, programme, manager):
    _activity, first, _then = make_waiting(programme)
    client.force_login(manager)

    answer = client.get(f"/timeline/shift/?move=milestone-{first.pk}&days=5")

    assert answer.status_code == 405
    assert not Shift.objects.exists()


# --- what it costs ------------------------------------------------------------------


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
