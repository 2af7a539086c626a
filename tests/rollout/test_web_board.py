"""The board: what its cards tell, how they move, and why some stay."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine

from rollout.models import Activity, Role
from tests.factories import (
    NOON,
    TODAY,
    make_activity,
    make_focus_area,
    make_initiative,
    make_member,
    make_milestone,
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


def move(client, activity, to, **more):
    key = f"card-{activity.pk}"
    posted = {f"{key}-to": to, f"{key}-version": activity.version}
    posted |= {f"{key}-{name}": value for name, value in more.items()}
    return client.post(f"/board/{activity.pk}/", posted | {"back": "place=vb"})


def columns(response):
    every = [*response.context["columns"], response.context["discontinued"]]
    return {
        column.state: [card.cell.activity for card in (*column.shown, *column.folded)]
        for column in every
    }


def test_each_activity_stands_in_the_column_of_its_state(client):
    programme = make_programme()
    states = ("planned", "in_clarification", "launched", "evaluated", "discontinued")
    made = {one: [make_activity(programme=programme, state=one)] for one in states}
    client.force_login(make_member(programme))

    assert columns(client.get("/board/")) == made


def test_a_card_tells_place_readiness_responsible_and_what_is_wrong(client):
    programme = make_programme()
    place = make_place(
        programme=programme, name="Vildtbanegård I", requires_readiness=True
    )
    person = make_member(programme, name="Eksempel Ansvarlig")
    waiting = make_activity(place=place, state="in_clarification", responsible=person)
    make_milestone(activity=waiting, due_on=TODAY - timedelta(days=1))
    make_activity(programme=programme, weight=2)
    client.force_login(make_member(programme))

    seen = text_of(client.get("/board/"))

    assert "Fritidsjobforløb Vildtbanegård I klar 0 af 3 Eksempel Ansvarlig" in seen
    assert "1 milepæl overskredet" in seen
    assert "blokeret: 3 mangler" in seen
    assert "ansvarlig mangler" in seen
    assert ", størrelse 2 af 3" in seen


def test_a_card_is_moved_and_the_same_part_is_shown_again(client):
    manager = make_member(programme := make_programme())
    activity = make_activity(programme=programme, responsible=manager)
    client.force_login(manager)

    answer = move(client, activity, "in_clarification")

    assert answer["Location"] == "/board/?place=vb"
    assert Activity.objects.get().state == "in_clarification"
    assert "er nu under afklaring." in text_of(client.get("/board/"))


def test_a_card_that_is_blocked_stays_and_says_why_and_who_can_help(client):
    activity = make_activity(is_proposal=True)
    client.force_login(make_member(activity.programme))

    answer = move(client, activity, "in_clarification")

    seen = text_of(answer)
    assert answer.status_code == 409
    assert "bliver, hvor den er" in seen
    assert "Forslaget er ikke bekræftet. · kan løses af helhedsplanens leder" in seen
    assert "Gå videre alligevel" not in seen, "a proposal cannot be overridden"
    assert Activity.objects.get().state == "planned"


def test_a_manager_may_go_ahead_with_a_reason(client):
    activity = make_activity(state="planned")
    client.force_login(make_member(activity.programme))
    assert "Gå videre alligevel" in text_of(move(client, activity, "in_clarification"))

    answer = move(
        client, activity, "in_clarification", override="true", reason="Det haster"
    )

    assert answer.status_code == 302
    assert Activity.objects.get().state == "in_clarification"


def test_a_coordinator_is_not_offered_to_override(client):
    activity = make_activity(state="planned")
    client.force_login(make_member(activity.programme, Role.COORDINATOR))

    answer = move(client, activity, "in_clarification")

    assert answer.status_code == 409
    assert "Gå videre alligevel" not in text_of(answer)


def test_a_step_back_asks_for_its_reason_first(client):
    activity = make_activity(state="launched")
    client.force_login(make_member(activity.programme))

    asked = move(client, activity, "in_clarification")

    seen = text_of(asked)
    assert "Juster: Fritidsjobforløb" in seen
    assert "delaftalen" in seen
    assert "bliver, hvor den er" not in seen
    answer = move(client, activity, "in_clarification", reason="Ny målgruppe")
    assert answer.status_code == 302
    assert Activity.objects.get().history.last().reason == "Ny målgruppe"


def test_a_column_that_no_step_leads_to_is_explained(client):
    activity = make_activity(state="planned")
    client.force_login(make_member(activity.programme))

    answer = move(client, activity, "evaluated")

    seen = text_of(answer)
    assert answer.status_code == 422
    assert "der er planlagt, kan ikke blive evalueret i ét skridt" in seen


def test_somebody_who_was_faster_is_named(client):
    activity = make_activity(state="launched")
    manager = make_member(activity.programme, name="Eksempel Leder")
    perform(activity, "adjust", by=manager, at=NOON, reason="Ny målgruppe")
    client.force_login(manager)

    answer = move(client, activity, "discontinued", reason="Slut")

    seen = text_of(answer)
    assert answer.status_code == 412
    assert "En anden ændrede “Fritidsjobforløb" in seen
    assert "Eksempel Leder satte aktiviteten tilbage" in seen
    assert Activity.objects.get().state == "in_clarification"


def test_who_may_only_look_gets_no_menu_and_moves_nothing(client):
    activity = make_activity()
    client.force_login(make_member(activity.programme, Role.OBSERVER))

    assert "Flyt til" not in text_of(client.get("/board/"))
    assert move(client, activity, "in_clarification").status_code == 403


def test_other_peoples_cards_are_not_there(client):
    activity = make_activity()
    client.force_login(make_member(make_programme()))

    assert move(client, activity, "in_clarification").status_code == 404
    assert client.get(f"/board/{activity.pk}/").status_code == 405


@pytest.mark.parametrize(
    ("order", "first"), [("", 0), ("launch", 1), ("responsible", 1), ("nonsense", 0)]
)
def test_cards_are_ordered_as_asked(client, order, first):
    programme = make_programme()
    area = make_focus_area(programme=programme)
    made = [
        make_activity(initiative=make_initiative(focus_area=area, position=1)),
        make_activity(
            initiative=make_initiative(focus_area=area, position=2),
            planned_launch_on=date(2026, 6, 1),
            responsible=make_member(programme),
        ),
    ]
    client.force_login(make_member(programme))

    shown = client.get(f"/board/?order={order}")

    assert columns(shown)["planned"][0] == made[first]


def test_a_long_column_folds_but_never_the_card_that_was_refused(client):
    programme = make_programme()
    area = make_focus_area(programme=programme)
    made = [
        make_activity(initiative=make_initiative(focus_area=area, position=n))
        for n in range(22)
    ]
    client.force_login(make_member(programme))
    assert "Vis 2 flere" in text_of(client.get("/board/"))

    answer = move(client, made[-1], "in_clarification")

    shown = answer.context["columns"][0].shown
    assert [card.cell.activity for card in shown][-1] == made[-1]


def test_the_board_is_narrowed_and_downloaded_like_the_overview(client):
    programme = make_programme()
    place = make_place(programme=programme, code="vb")
    activity = make_activity(place=place)
    make_activity(programme=programme)
    client.force_login(make_member(programme))

    assert columns(client.get("/board/?place=vb"))["planned"] == [activity]
    answer = client.get("/board/?place=vb&format=csv")
    assert len(answer.content.decode().splitlines()) == 2


def test_more_cards_ask_no_more_queries(client, django_assert_num_queries):
    programme = make_programme()
    client.force_login(make_member(programme))

    for _round in range(2):
        area = make_focus_area(programme=programme)
        for state in ("planned", "in_clarification", "launched"):
            make_activity(initiative=make_initiative(focus_area=area), state=state)

        with django_assert_num_queries(23):
            client.get("/board/")
