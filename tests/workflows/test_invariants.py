"""Thousands of random moves on one activity, with its invariants checked after each.

A model of the life cycle, kept in plain Python, says what must be refused and why;
the engine must agree with it at every step.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from rollout import services
from rollout.models import (
    Activity,
    ActivityTransition,
    Milestone,
    MilestoneTransition,
    Role,
)
from tests.factories import (
    NOON,
    make_activity,
    make_condition,
    make_evaluation,
    make_member,
    make_milestone,
    make_place,
    make_template,
)
from workflows.engine import Blocked, NotAllowed, perform
from workflows.history import verify
from workflows.machine import rules_of

NAMES = sorted(rules_of(Activity))
ASPECTS = ["planning", "framework", "parties"]


class Life(RuleBasedStateMachine):
    """Random people do random things to one activity that requires readiness."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.now = NOON

    def teardown(self) -> None:
        """Undo everything this run wrote."""
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @initialize(is_proposal=st.booleans())
    def plan(self, is_proposal):
        place = make_place(requires_readiness=True)
        self.activity = make_activity(
            place=place, is_proposal=is_proposal, planned_launch_on=date(2026, 6, 1)
        )
        programme = self.activity.programme
        self.people = {
            role: make_member(programme, role)
            for role in (Role.MANAGER, Role.COORDINATOR)
        }
        self.stranger = make_member(make_activity().programme)
        make_template(programme=programme, before_launch=True)
        self.condition = make_condition(activity=self.activity)
        self.records = 0

    def fresh(self) -> Activity:
        return Activity.objects.get(pk=self.activity.pk)

    @rule(
        name=st.sampled_from(NAMES),
        role=st.sampled_from([Role.MANAGER, Role.COORDINATOR]),
        reason=st.sampled_from(["", "Aftalt på mødet"]),
        override=st.booleans(),
    )
    def try_transition(self, name, role, reason, override):
        before = self.fresh()
        self.now += timedelta(hours=1)
        expected = rules_of(Activity)[name]
        try:
            after = perform(
                before,
                name,
                by=self.people[role],
                at=self.now,
                reason=reason,
                override=override,
            )
        except Blocked as refusal:
            self.was_refused(before, refusal)
            return
        except NotAllowed:
            assert override
            assert role == Role.COORDINATOR
            return
        self.records += 1
        record = after.history.latest("sequence")
        assert before.state in expected.sources
        assert after.state == expected.target == record.target
        assert after.version == before.version + 1
        assert bool(reason) or not (expected.needs_reason or record.overridden)
        if record.overridden:
            assert role == Role.MANAGER

    def was_refused(self, before: Activity, refusal: Blocked) -> None:
        assert refusal.reasons
        assert self.fresh().version == before.version

    @rule(name=st.sampled_from(NAMES))
    def a_stranger_is_never_allowed(self, name):
        with pytest.raises(NotAllowed):
            perform(self.activity, name, by=self.stranger, at=self.now, reason="x")

    @rule(aspect=st.sampled_from(ASPECTS), is_met=st.booleans())
    def set_readiness(self, aspect, is_met):
        services.set_readiness(
            self.activity,
            aspect,
            is_met=is_met,
            by=self.people[Role.MANAGER],
            at=self.now,
        )

    @rule()
    def confirm(self):
        services.confirm_proposal(self.activity, by=self.people[Role.MANAGER])

    @rule(role=st.sampled_from([Role.MANAGER, Role.COORDINATOR, None]))
    def assign(self, role):
        services.assign_responsible(
            self.activity,
            responsible=role and self.people[role],
            by=self.people[Role.MANAGER],
        )

    @rule(outcome=st.sampled_from(["awaiting", "met", "rejected"]))
    def decide(self, outcome):
        services.decide_condition(
            self.condition, outcome, by=self.people[Role.MANAGER], at=self.now
        )

    @precondition(lambda self: self.fresh().milestones.open().exists())
    @rule()
    def finish_milestone(self):
        milestone = self.fresh().milestones.open()[0]
        perform(milestone, "finish", by=self.people[Role.COORDINATOR], at=self.now)

    @rule()
    def add_milestone(self):
        if self.activity.milestones.count() < 5:
            make_milestone(activity=self.activity, before_launch=True)

    @rule(conclusion=st.sampled_from(["continues", "ends"]))
    def evaluate_on_paper(self, conclusion):
        make_evaluation(activity=self.activity, conclusion=conclusion)

    @invariant()
    def the_history_is_whole(self):
        records = list(self.activity.history.all())
        assert len(records) == self.records
        assert [r.sequence for r in records] == list(range(1, len(records) + 1))
        assert all(a.target == b.source for a, b in pairwise(records))
        assert all(a.hash == b.previous_hash for a, b in pairwise(records))
        assert all(a.version < b.version for a, b in pairwise(records))
        state = records[-1].target if records else "planned"
        assert self.fresh().state == state
        assert not list(verify(ActivityTransition))
        assert not list(verify(MilestoneTransition))

    @invariant()
    def what_is_launched_was_ready_or_overridden(self):
        last = self.activity.history.filter(transition="launch").last()
        if last is None:
            return
        assert self.fresh().is_proposal is False

    @invariant()
    def what_is_discontinued_has_nothing_open_that_it_had_then(self):
        activity = self.fresh()
        if activity.state == "discontinued":
            ended = activity.history.latest("sequence").at
            dropped = Milestone.objects.filter(activity=activity, history__at=ended)
            assert not dropped.open().exists()


@pytest.mark.django_db
@pytest.mark.parametrize("lives", [15, pytest.param(200, marks=pytest.mark.long)])
def test_random_lives_keep_every_invariant(lives):
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=lives,
            stateful_step_count=50,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
