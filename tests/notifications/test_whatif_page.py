"""The fragment “these mails move” answers a date that nobody has saved."""

from datetime import date

import pytest
import time_machine

from notifications.models import Message, Reminder
from rollout.models import Activity, Milestone, MonitoringRound, Role
from tests.factories import (
    make_activity,
    make_member,
    make_phase,
    make_programme,
    make_round,
    make_template,
    make_user,
)
from tests.notifications.factories import (
    at,
    make_due_milestone,
    make_running_activity,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(at("2026-01-12"), tick=False):
        yield


@pytest.fixture
def milestone():
    return make_due_milestone("2026-02-27", title="Aftale")


def ask(client, user, kind, pk, **query):
    client.force_login(user)
    return client.get(f"/what-if/{kind}/{pk}/", query)


def test_it_says_which_mails_move_and_to_which_day(client, milestone):
    user = make_member(milestone.programme)

    html = ask(
        client, user, "milestones", milestone.pk, due_on="2026-03-13"
    ).content.decode()

    assert "7 påmindelser flytter sig" in html
    assert "fredag 20. februar → fredag 6. marts" in html
    assert "4 rykkere, hvis der ikke sker noget inden" in html
    assert "Intet er gemt endnu." in html
    milestone.refresh_from_db()
    assert milestone.due_on == date(2026, 2, 27)
    assert not Reminder.objects.exists()
    assert not Message.objects.exists()


def test_the_field_of_a_form_with_a_prefix_is_understood(client):
    programme = make_programme()
    template = make_template(programme=programme, offset_days=-10)
    activity = make_activity(
        programme=programme,
        state=Activity.State.IN_CLARIFICATION,
        responsible=make_user(),
    )
    Milestone.objects.create(activity=activity, template=template, title="Aftale")

    html = ask(
        client,
        make_member(programme),
        "activities",
        activity.pk,
        **{"planned-launch-planned_launch_on": "2026-04-08"},
    ).content.decode()

    assert "kommer til" in html


def test_a_phase_and_a_round_can_be_asked_about(client):
    programme = make_programme()
    phase = make_phase(programme=programme, starts_on=date(2026, 2, 2))
    activity = make_activity(
        programme=programme,
        phase=phase,
        state=Activity.State.IN_CLARIFICATION,
        responsible=make_user(),
    )
    make_due_milestone("2026-03-06", activity=activity)
    asked = make_round(
        programme=programme,
        state=MonitoringRound.State.AGREED,
        due_on=date(2026, 3, 6),
    )
    manager = make_member(programme)

    client.force_login(manager)
    of_phase = client.get(
        "/what-if/shift/",
        {"programme": programme.code, "move": f"phase-{phase.pk}", "to": "2026-02-09"},
    )
    of_round = ask(client, manager, "rounds", asked.pk, due_on="2026-03-13")

    assert "fredag 6. marts → fredag 13. marts" in of_phase.content.decode()
    assert "fredag 6. marts → fredag 13. marts" in of_round.content.decode()


def test_a_date_that_cannot_be_is_refused_in_words(client, milestone):
    user = make_member(milestone.programme)

    html = ask(
        client, user, "milestones", milestone.pk, due_on="2031-01-01"
    ).content.decode()

    assert "Datoen ligger uden for helhedsplanen." in html


@pytest.mark.parametrize("value", ["", "2026-13-45", "soon"])
def test_what_is_no_date_says_nothing(client, milestone, value):
    user = make_member(milestone.programme)

    response = ask(client, user, "milestones", milestone.pk, due_on=value)

    assert response.status_code == 200
    assert response.content.decode().strip() == ""


def test_the_date_that_it_has_moves_nothing(client, milestone):
    user = make_member(milestone.programme)

    html = ask(
        client, user, "milestones", milestone.pk, due_on="2026-02-27"
    ).content.decode()

    assert "Ingen mails flytter sig." in html


@pytest.mark.parametrize("role", [Role.PARTNER, Role.OBSERVER])
def test_who_may_not_move_it_may_not_try(client, role):
    activity = make_running_activity()
    milestone = make_due_milestone("2026-02-27", activity=activity)
    user = make_member(activity.programme, role)
    if role == Role.PARTNER:
        activity.contributors.add(user.memberships.get().partner)

    response = ask(client, user, "milestones", milestone.pk, due_on="2026-03-13")

    assert response.status_code == 403


def test_to_a_stranger_there_is_no_such_thing(client, milestone):
    user = make_member(make_running_activity().programme)

    response = ask(client, user, "milestones", milestone.pk, due_on="2026-03-13")

    assert response.status_code == 404


def test_the_form_of_the_planned_launch_asks_while_a_date_is_chosen(client):
    activity = make_activity()
    client.force_login(make_member(activity.programme))

    html = client.get(activity.get_absolute_url()).content.decode()

    assert f'hx-get="/what-if/activities/{activity.pk}/"' in html
    assert "change from:#id_planned-launch-planned_launch_on" in html
