"""The activity's page: what is missing, who can settle it, what happened."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from rollout import services
from rollout.models import Aspect, Role
from rollout.services import shifting
from rollout.web.checklist import checks_of_step
from tests.factories import (
    NOON,
    TODAY,
    make_activity,
    make_condition,
    make_evaluation,
    make_indicator,
    make_measurement,
    make_member,
    make_milestone,
    make_objective,
    make_request,
)
from tests.rollout.activity_page.scene import a_waiting_activity, page
from tests.rollout.test_web_overview import text_of
from workflows.engine import options, perform

pytestmark = pytest.mark.django_db


def test_it_says_what_is_missing_and_who_can_settle_it(client):
    activity = a_waiting_activity()
    make_condition(activity=activity, title="Stillingen", body="Byrådet")
    make_milestone(activity=activity, title="Lokale er fundet", before_launch=True)
    client.force_login(make_member(activity.programme))

    seen = text_of(client.get(page(activity)))

    assert "Fritidsjobforløb i Vildtbanegård I" in seen
    assert "Hvad mangler, før vi kan iværksætte?" in seen
    assert "Planlægningen er ikke klar i Vildtbanegård I." in seen
    assert "“Stillingen” er ikke afgjort." in seen
    assert "Milepælen “Lokale er fundet” er åben, frist 15. april 2026." in seen
    assert "kan løses af Byrådet" in seen


def test_the_list_says_exactly_what_the_guards_say():
    activity = a_waiting_activity()
    make_condition(activity=activity)
    make_condition(activity=activity, effect="warns")
    make_condition(activity=activity, outcome="rejected", decided_on=TODAY)
    make_milestone(activity=activity, before_launch=True)
    make_milestone(activity=activity, before_launch=False)
    manager = make_member(activity.programme)
    activity.programme.ends_on = date(2026, 1, 1)

    for option in options(activity, by=manager, at=NOON):
        checks = checks_of_step(activity, option.rule.name, option.reasons)

        missing = [one for one in checks if not one.is_met and not one.is_advisory]
        assert sorted(one.text for one in missing) == sorted(
            str(reason.text) for reason in option.reasons
        )


def test_an_observer_reads_everything_and_can_press_nothing(client):
    activity = a_waiting_activity()
    make_milestone(activity=activity)
    client.force_login(make_member(activity.programme, Role.OBSERVER))

    shown = client.get(page(activity)).content.decode()

    assert "Planlægningen er ikke klar" in shown
    assert shown.count('method="post"') == 2  # language and log out


def test_the_history_is_told_in_danish_sentences(client):
    activity = a_waiting_activity()
    manager = make_member(activity.programme, name="Eksempel Leder")
    services.set_readiness(activity, Aspect.FRAMEWORK, is_met=True, by=manager, at=NOON)
    perform(
        activity,
        "launch",
        by=manager,
        at=NOON,
        reason="Borgmesteren har lovet det",
        override=True,
    )
    client.force_login(manager)

    seen = text_of(client.get(page(activity)))

    assert "Eksempel Leder iværksatte aktiviteten 2. marts 2026 kl. 12.00" in seen
    assert "“Borgmesteren har lovet det”" in seen
    assert "Selv om: planlægningen var ikke klar, parterne var ikke klar" in seen
    assert "Eksempel Leder bekræftede rammerne" in seen
    assert "Planen blev indlæst: aktiviteten er under afklaring" in seen


def test_the_history_tells_which_dates_were_moved(client):
    activity = a_waiting_activity()
    make_milestone(activity=activity, title="Aftalen", due_on=date(2026, 4, 7))
    manager = make_member(activity.programme, name="Eksempel Leder")
    shifting.shift(
        activity.programme,
        shifting.ShiftRequest("activity", activity.pk, days=5),
        by=manager,
        at=NOON,
        reason="Skolen holder ferie",
    )
    client.force_login(manager)

    seen = text_of(client.get(page(activity)))

    assert (
        "Eksempel Leder flyttede “Aftalen” fra 7. april 2026 til 14. april 2026" in seen
    )
    assert "“Skolen holder ferie”" in seen


def test_values_asked_for_show_their_answer(client):
    activity = make_activity(state="launched")
    objective = make_objective(focus_area=activity.initiative.focus_area)
    request = make_request(
        indicator=make_indicator(objective=objective, unit="unge"),
        place=activity.place,
        last_value="11.5",
        last_period_end=TODAY - timedelta(days=59),
    )
    make_measurement(data_request=request, value="12.5", status="submitted")
    client.force_login(make_member(activity.programme))

    seen = text_of(client.get(page(activity)))

    assert "12,5 unge indsendt" in seen
    assert "sidste gang: 11,5 unge, 59 dage gammelt" in seen


def test_one_page_costs_the_same_whatever_the_activity_holds(
    client, django_assert_num_queries
):
    activity = a_waiting_activity()
    client.force_login(make_member(activity.programme))

    for _round in range(2):
        for _milestone in range(3):
            before = make_milestone(activity=activity, before_launch=True)
            make_milestone(activity=activity).predecessors.add(before)
            make_condition(activity=activity)
        make_evaluation(activity=activity)

        with django_assert_num_queries(26):
            client.get(page(activity))
