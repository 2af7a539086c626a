"""A programme's status: counts, reasons, and as many queries whatever there is."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from rollout.models import Activity, MonitoringRound, Role
from rollout.status import programme_status, reading
from tests.factories import (
    TODAY,
    make_activity,
    make_condition,
    make_focus_area,
    make_initiative,
    make_member,
    make_milestone,
    make_partner,
    make_place,
    make_programme,
    make_round,
)

pytestmark = pytest.mark.django_db


def names(cells):
    return [str(cell.activity) for cell in cells]


def test_activities_are_counted_by_state_place_group_and_focus_area():
    programme = make_programme()
    area = make_focus_area(programme=programme, name="Beskæftigelse")
    group = make_place(programme=programme, name="Vildtbanegård", kind="group")
    first, second = (
        make_place(programme=programme, name=name, parent=group, position=position)
        for position, name in enumerate(["Vildtbanegård I", "Vildtbanegård II"], 1)
    )
    initiative = make_initiative(focus_area=area)
    make_activity(initiative=initiative, place=first, state="launched")
    make_activity(initiative=initiative, place=second, is_proposal=True)

    status = programme_status(programme, on=TODAY, user=None)

    assert status.initiatives == 1
    assert status.counts.total == 2
    assert status.counts.launched == 1
    assert status.counts.proposals == 1
    assert status.counts.missing_responsible == 1
    assert {one.place.name: one.counts.total for one in status.places} == {
        "Vildtbanegård": 2,
        "Vildtbanegård I": 1,
        "Vildtbanegård II": 1,
    }
    assert status.focus_areas[0].counts.by_state["planned"] == 1


def test_a_sub_initiative_follows_its_parent():
    area = make_focus_area()
    whole = make_initiative(focus_area=area, name="Brobygning", position=5)
    make_initiative(focus_area=area, name="Playbox", position=1, parent=whole)
    make_initiative(focus_area=area, name="Netværk", position=4)

    status = programme_status(area.programme, on=TODAY, user=None)

    order = [one.initiative.name for one in status.focus_areas[0].initiatives]
    assert order == ["Netværk", "Brobygning", "Playbox"]


def test_what_blocks_the_next_step_comes_with_who_can_settle_it():
    place = make_place(requires_readiness=True, name="Vildtbanegård I")
    activity = make_activity(place=place, state="in_clarification")
    make_condition(activity=activity, title="Stillingen", body="Byrådet")

    [cell] = programme_status(place.programme, on=TODAY, user=None).blocked

    assert [reason.code for reason in cell.reasons] == [
        "readiness_planning",
        "readiness_framework",
        "readiness_parties",
        "condition_blocks",
    ]
    assert cell.reasons[-1].who == "Byrådet"
    assert cell.next_step.name == "launch"


def test_a_discontinued_whole_blocks_its_part():
    area = make_focus_area()
    place = make_place(programme=area.programme)
    whole = make_initiative(focus_area=area, name="Brobygning")
    part = make_initiative(focus_area=area, name="Playbox", parent=whole)
    make_activity(initiative=whole, place=place, state="discontinued")
    make_activity(initiative=part, place=place, state="in_clarification")

    [cell] = programme_status(area.programme, on=TODAY, user=None).blocked

    assert [reason.code for reason in cell.reasons] == ["parent_discontinued"]


def test_a_proposal_is_neither_blocked_nor_missing_a_responsible_person():
    activity = make_activity(is_proposal=True)

    status = programme_status(activity.programme, on=TODAY, user=None)

    assert status.blocked == []
    assert status.missing_responsible == []


def test_an_activity_with_nothing_in_its_way_is_ready():
    activity = make_activity(state="in_clarification")

    status = programme_status(activity.programme, on=TODAY, user=None)

    assert names(status.ready) == [str(activity)]


def test_only_what_reminds_can_be_overdue():
    programme = make_programme()
    late, soon = TODAY - timedelta(days=3), TODAY + timedelta(days=3)
    running = make_activity(programme=programme, state="launched")
    make_milestone(activity=running, title="sent", due_on=late)
    make_milestone(activity=running, title="snart", due_on=soon)
    make_milestone(activity=running, title="senere", due_on=date(2026, 9, 1))
    make_milestone(
        activity=make_activity(programme=programme), title="holdt", due_on=late
    )
    make_round(programme=programme, title="forventet, sent", due_on=late)
    make_round(programme=programme, title="forventet, snart", due_on=soon)
    make_round(
        programme=programme,
        title="aftalt, sent",
        due_on=late,
        state=MonitoringRound.State.AGREED,
    )

    status = programme_status(programme, on=TODAY, user=None)

    assert {one.title for one in status.overdue} == {"sent", "aftalt, sent"}
    assert {one.title for one in status.upcoming} == {"snart", "forventet, snart"}
    [cell] = [one for one in status.cells if one.activity == running]
    assert cell.overdue == 1


def test_readiness_that_is_withdrawn_after_the_launch_is_flagged():
    place = make_place(requires_readiness=True)
    make_activity(place=place, state="launched")

    [cell] = programme_status(place.programme, on=TODAY, user=None).cells

    assert cell.is_readiness_withdrawn


def test_a_partner_sees_its_own_part_and_is_told_so():
    programme = make_programme()
    partner = make_partner(programme=programme)
    contact = make_member(programme, Role.PARTNER, partner=partner)
    own = make_activity(programme=programme, responsible_partner=partner)
    make_activity(programme=programme)

    status = programme_status(programme, on=TODAY, user=contact)

    assert names(status.cells) == [str(own)]
    assert status.is_partial
    assert not programme_status(
        programme, on=TODAY, user=make_member(programme)
    ).is_partial


def test_more_activities_ask_no_more_queries(django_assert_num_queries):
    programme = make_programme()
    user = make_member(programme)

    for _round in range(2):
        area = make_focus_area(programme=programme)
        whole = make_initiative(focus_area=area)
        part = make_initiative(focus_area=area, parent=whole)
        for _place in range(3):
            place = make_place(programme=programme, requires_readiness=True)
            make_activity(initiative=whole, place=place, state="launched")
            clarified = make_activity(
                initiative=part, place=place, state="in_clarification"
            )
            make_condition(activity=clarified)
            make_milestone(activity=clarified, before_launch=True)
            planned = make_initiative(focus_area=area)
            make_activity(initiative=planned, place=place)

        with django_assert_num_queries(14):
            status = programme_status(programme, on=TODAY, user=user)
            for cell in status.cells:
                str(cell.activity)
                [str(reason.text) for reason in cell.reasons]
            [str(one.activity) for one in (*status.upcoming, *status.decisions)]


def test_the_command_prints_the_counts_and_the_matrix():
    place = make_place(name="Vildtbanegård I", requires_readiness=True)
    activity = make_activity(place=place, state="in_clarification")
    assert Activity.objects.count() == 1
    out = StringIO()

    call_command("status", "--on", "2026-03-02", "--language", "en", stdout=out)

    printed = out.getvalue()
    assert "1 initiative, 1 activity: 1 in clarification" in printed
    assert "in clarification 0/3" in printed
    assert f"{activity}: The planning is not ready in Vildtbanegård I." in printed
    assert "2 March 2026" in printed


def test_the_command_names_a_programme_that_is_not_there():
    with pytest.raises(CommandError, match="no programme 'nowhere'"):
        call_command("status", "nowhere")


def test_what_is_added_while_it_is_read_is_told_the_next_time(monkeypatch):
    initiative = make_initiative()
    programme = initiative.focus_area.programme
    make_condition(activity=make_activity(initiative=initiative), title="first")
    read = reading.cells_of

    def read_before_another(*rows, **asked):
        cells = read(*rows, **asked)
        make_condition(activity=make_activity(initiative=initiative), title="second")
        return cells

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(reading, "cells_of", read_before_another)
        first = programme_status(programme, on=TODAY, user=None)
    second = programme_status(programme, on=TODAY, user=None)

    assert [one.title for one in first.decisions] == ["first"]
    assert [one.title for one in second.decisions] == ["first", "second"]
