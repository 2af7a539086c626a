"""Earlier waves teach the next: stays, what launches waited for, answers, lessons."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import DatabaseError, transaction

from rollout.learning import dwells_of, holdups_of, responses_of
from rollout.models import Lesson, Role
from tests.factories import (
    NOON,
    make_activity,
    make_condition,
    make_measurement,
    make_member,
    make_partner,
    make_phase,
    make_place,
    make_programme,
    make_request,
)
from tests.rollout.test_web_overview import text_of
from workflows.engine import perform

pytestmark = pytest.mark.django_db


def at(month, day):
    return datetime(2026, month, day, 11, 0, tzinfo=UTC)


@pytest.fixture
def programme():
    return make_programme()


@pytest.fixture
def manager(programme):
    return make_member(programme)


def launched(programme, manager, *, decided_on):
    """Make an activity that was clarified on 1 February and launched on 1 March."""
    activity = make_activity(programme=programme, responsible=manager)
    activity = perform(activity, "clarify", by=manager, at=at(2, 1))
    for aspect, day in (("planning", 5), ("framework", 11), ("parties", 21)):
        activity.readiness.filter(aspect=aspect).update(
            is_met=True, on=date(2026, 2, day)
        )
    make_condition(activity=activity, outcome="met", decided_on=decided_on)
    return perform(activity, "launch", by=manager, at=at(3, 1))


def test_the_slowest_requirement_comes_first_and_says_how_often_it_was_last(
    programme, manager
):
    launched(programme, manager, decided_on=date(2026, 2, 26))
    launched(programme, manager, decided_on=date(2026, 2, 10))

    slowest, second, *_rest = holdups_of(programme, user=manager)

    assert (slowest.name, slowest.days, slowest.count, slowest.last) == (
        *("parterne", 20, 2, 1),
    )
    assert (second.name, second.days, second.last) == ("en beslutning hos andre", 17, 1)


def test_stays_are_told_by_place_and_state_and_the_last_has_not_ended(
    programme, manager
):
    launched(programme, manager, decided_on=date(2026, 2, 10))

    clarification, running = dwells_of(programme, user=manager, on=date(2026, 3, 11))

    assert (clarification.state, clarification.days, clarification.open) == (
        *("in_clarification", 28, 0),
    )
    assert (running.state, running.days, running.open) == ("launched", 10, 1)


def test_answers_count_working_days_and_who_was_late(programme, manager):
    police = make_partner(programme=programme, name="Politiet")
    request = make_request(partner=police, due_on=date(2026, 3, 5))
    programme = request.programme
    make_measurement(data_request=request, submitted_at=at(3, 9))

    (found,) = responses_of(programme, user=make_member(programme))

    assert (found.partner, found.days, found.late) == ("Politiet", 5, 1)


def test_a_lesson_of_one_phase_is_shown_where_the_next_is_prepared(
    client, programme, manager
):
    first = make_phase(programme=programme, name="Fase 1")
    place = make_place(programme=programme, name="Vildtbanegård II")
    second = make_phase(
        programme=programme, starts_on=date(2026, 6, 1), ends_on=date(2027, 6, 1)
    )
    second.places.add(place)
    make_activity(place=place)
    client.force_login(manager)

    with time_machine.travel(NOON, tick=False):
        saved = client.post(
            f"/learning/phases/{first.pk}/",
            {"lesson-text": "Spørg foreningerne først"},
            follow=True,
        )
        seen = text_of(client.get(place.get_absolute_url()))

    assert "Erfaringen er gemt." in text_of(saved)
    assert "Erfaringer fra tidligere faser Fase 1 Spørg foreningerne først" in seen


def test_a_lesson_stays_as_it_was_written_and_observers_write_none(
    client, programme, manager
):
    phase = make_phase(programme=programme)
    lesson = Lesson.objects.create(phase=phase, text="Begynd før", written_at=NOON)
    client.force_login(make_member(programme, Role.OBSERVER))

    address = f"/learning/phases/{phase.pk}/"

    assert client.post(address, {"lesson-text": "x"}).status_code == 403
    with pytest.raises(DatabaseError), transaction.atomic():
        Lesson.objects.filter(pk=lesson.pk).update(text="Begynd efter")
