"""The overview's form for several activities: choose, see what would happen, save."""

from __future__ import annotations

import pytest
import time_machine

from rollout.models import Activity, Role
from tests.factories import (
    NOON,
    make_activity,
    make_member,
    make_programme,
    make_template,
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
    return make_member(programme, name="Eksempel Leder")


def ask(client, programme, activities, **data):
    posted = {"programme": programme.pk, "back": "place=vb", "activity": activities}
    return client.post("/bulk/", posted | data)


def test_cells_can_be_chosen_by_who_may_change_them(client, programme, manager):
    activity = make_activity(programme=programme)
    client.force_login(manager)

    assert "Ret flere ad gangen" in text_of(client.get("/"))
    shown = client.get("/?select=1").content.decode()
    assert f'name="activity" value="{activity.pk}"' in shown

    client.force_login(make_member(programme, Role.OBSERVER))
    assert "Ret flere ad gangen" not in text_of(client.get("/"))
    assert 'name="activity"' not in client.get("/?select=1").content.decode()


def test_what_would_happen_is_shown_and_nothing_is_saved(client, programme, manager):
    make_template(programme=programme, title="Opstartsmøde")
    activity = make_activity(programme=programme, responsible=manager)
    client.force_login(manager)

    shown = ask(client, programme, [activity.pk], change="clarify")

    seen = text_of(shown)
    assert shown.status_code == 200
    assert "1 aktivitet er valgt. Intet er gemt endnu." in seen
    assert "Tilstand: planlagt → under afklaring" in seen
    assert "Milepælen “Opstartsmøde” oprettes uden dato" in seen
    assert f'value="{activity.pk}:{activity.version}"' in shown.content.decode()
    assert Activity.objects.get().state == "planned"


def test_confirmed_it_is_saved_and_the_same_part_is_shown_again(
    client, programme, manager
):
    activities = [make_activity(programme=programme) for _ in range(2)]
    client.force_login(manager)

    answer = ask(
        client,
        programme,
        [f"{one.pk}:{one.version}" for one in activities],
        change="assign",
        responsible=manager.pk,
        confirmed="yes",
    )

    assert answer["Location"] == "/?place=vb"
    assert Activity.objects.filter(responsible=manager).count() == 2
    assert "Gemt for 2 aktiviteter." in text_of(client.get("/"))


def test_every_refusal_is_listed_with_who_can_settle_it(client, programme, manager):
    fine = make_activity(programme=programme, responsible=manager)
    proposal = make_activity(programme=programme, is_proposal=True)
    client.force_login(manager)

    shown = ask(client, programme, [fine.pk, proposal.pk], change="clarify")

    seen = text_of(shown)
    assert "Det kan ikke lade sig gøre for 1 aktivitet" in seen
    assert "Forslaget er ikke bekræftet. · kan løses af helhedsplanens leder" in seen
    assert "Der er ikke valgt en ansvarlig." in seen
    assert "Fortsæt med den anden" in seen
    html = shown.content.decode()
    assert 'name="confirmed"' not in html
    assert f'name="activity" value="{proposal.pk}"' in html, "the choice is kept"


def test_a_confirmation_that_comes_too_late_saves_nothing(client, programme, manager):
    one, other = (make_activity(programme=programme) for _ in range(2))
    seen = [f"{activity.pk}:{activity.version}" for activity in (one, other)]
    Activity.objects.filter(pk=other.pk).update(note="rettet")
    client.force_login(manager)

    answer = ask(
        client,
        *(programme, seen),
        change="assign",
        responsible=manager.pk,
        confirmed="yes",
    )

    assert answer.status_code == 409
    assert "En anden har lige ændret aktiviteten." in text_of(answer)
    assert not Activity.objects.filter(responsible=manager).exists()


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ({"change": "assign"}, "Vælg en person."),
        ({"change": "shift"}, "Skriv, hvor mange arbejdsdage."),
        ({"change": "shift", "days": "9999"}, "mindre end eller lig"),
        ({}, "Dette felt er påkrævet."),
    ],
)
def test_what_is_not_filled_in_is_asked_for_and_the_choice_stays(
    client, programme, manager, data, complaint
):
    activity = make_activity(programme=programme)
    client.force_login(manager)

    answer = ask(client, programme, [activity.pk], **data)

    assert answer.status_code == 422
    assert complaint in text_of(answer)
    shown = answer.content.decode()
    assert f'name="activity" value="{activity.pk}" checked' in shown


def test_nothing_chosen_is_asked_for(client, programme, manager):
    make_activity(programme=programme)
    client.force_login(manager)

    answer = ask(client, programme, [], change="clarify")

    assert "Vælg mindst én aktivitet." in text_of(answer)


def test_the_choice_can_be_changed_after_the_preview(client, programme, manager):
    activity = make_activity(programme=programme)
    client.force_login(manager)

    answer = ask(client, programme, [activity.pk], change="clarify", edit="yes")

    assert answer.status_code == 200
    shown = answer.content.decode()
    assert f'name="activity" value="{activity.pk}" checked' in shown
    assert "Intet er gemt endnu." not in shown


def test_after_a_login_that_had_expired_nothing_is_changed_yet(
    client, programme, manager
):
    activity = make_activity(programme=programme)
    client.force_login(manager)
    chosen = {"change": "clarify", "confirmed": "yes", "resumed": "yes"}

    answer = ask(client, programme, [activity.pk], **chosen)

    assert answer.status_code == 200
    assert "Intet er gemt endnu." in text_of(answer)
    assert Activity.objects.get().state == "planned"


def test_other_peoples_activities_are_not_there(client, programme, manager):
    foreign = make_activity()
    client.force_login(manager)

    for activities in ([foreign.pk], ["x"], ["1:x"], [10**30]):
        assert ask(client, programme, activities).status_code == 404
    assert ask(client, foreign.programme, [foreign.pk]).status_code == 404


def test_who_may_only_look_may_not_change_several(client, programme):
    activity = make_activity(programme=programme)
    client.force_login(make_member(programme, Role.OBSERVER))

    answer = ask(client, programme, [activity.pk], change="clarify")

    assert answer.status_code == 403


def test_a_preview_costs_the_same_for_each_activity(
    client, programme, manager, django_assert_max_num_queries
):
    make_template(programme=programme)
    activities = [
        make_activity(programme=programme, responsible=manager) for _ in range(10)
    ]
    client.force_login(manager)
    keys = [one.pk for one in activities]

    with django_assert_max_num_queries(40 + 25 * len(keys)):
        ask(client, programme, keys, change="clarify")
