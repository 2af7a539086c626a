"""State machines are declared soundly, and their drawings are current."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import models
from django.test.utils import isolate_apps
from django_fsm import FSMField

from rollout.models import Activity, Milestone, MonitoringRound
from workflows.checks import check_machine
from workflows.machine import rules_of, transition
from workflows.management.commands.diagrams import pages
from workflows.models import StatefulModel


@pytest.mark.parametrize("model", [Activity, Milestone, MonitoringRound])
def test_every_machine_of_the_project_is_sound(model):
    assert list(check_machine(model)) == []


def test_the_activity_has_the_eight_transitions():
    assert set(rules_of(Activity)) == {
        "clarify",
        "launch",
        "evaluate",
        "resume",
        "postpone",
        "adjust",
        "discontinue",
        "reinstate",
    }


@isolate_apps("workflows")
def test_checks_report_unknown_unreachable_and_dead_end_states():
    class Broken(StatefulModel):
        state = FSMField(default="a", choices=[("a", "A"), ("b", "B"), ("c", "C")])

        class Meta:
            app_label = "workflows"

        @transition(state, "a", "b", permission="x", label="go")
        def go(self, **kwargs): ...

        @transition(state, "c", "d", permission="x", label="on")
        def on(self, **kwargs): ...

    found = [
        (message.id, message.msg.split("'")[-2]) for message in check_machine(Broken)
    ]

    assert found == [
        ("workflows.E001", "d"),
        ("workflows.E002", "c"),
        ("workflows.W003", "b"),
    ]


@pytest.mark.parametrize("name", ["activity.md", "milestone.md", "monitoringround.md"])
def test_the_drawings_in_the_docs_are_current(name):
    page = Path(settings.BASE_DIR) / "docs" / "workflows" / name

    assert page.read_text(encoding="utf-8") == pages()[name], "run manage.py diagrams"


def test_every_stateful_model_has_a_history():
    for model in (Activity, Milestone, MonitoringRound):
        assert isinstance(model._meta.get_field("history"), models.ManyToOneRel)
