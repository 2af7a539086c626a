"""The timeline: what a shift would move, and what saving it does."""

from __future__ import annotations

from datetime import date
from html import unescape

import pytest

from rollout import services
from rollout.models import ClosingPeriod, Milestone, Shift
from tests.factories import NOON, make_member
from tests.rollout.test_web_overview import text_of
from tests.rollout.timeline_page.scene import make_waiting, save, seen_in
from workflows.engine import perform

pytestmark = pytest.mark.django_db


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
    assert 'href="?' not in response.content.decode(), "the address takes posts only"
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
