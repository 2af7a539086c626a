"""A change of state tells who is concerned, with rows and nothing else."""

import subprocess
import sys

import pytest
from django.db import transaction

from notifications import letters, receivers
from notifications.models import Message, Reminder
from rollout.models import Activity, Role
from tests.environment import ROOT
from tests.factories import (
    make_activity,
    make_member,
    make_milestone,
    make_partner,
    make_user,
)
from tests.notifications.factories import at
from workflows.engine import adopt, perform
from workflows.signals import transitioned

pytestmark = pytest.mark.django_db

NOON = at("2026-03-02", 12)


@pytest.fixture
def activity():
    """An activity in clarification with a responsible person and two contributors."""
    activity = make_activity(
        state=Activity.State.IN_CLARIFICATION,
        responsible=make_user(name="Ansvarlig"),
    )
    with_contact = make_partner(programme=activity.programme, name="Skolen")
    make_member(
        activity.programme, Role.PARTNER, partner=with_contact, name="Kontakten"
    )
    with_head = make_partner(
        programme=activity.programme, name="Politiet", lead=make_user(name="Lederen")
    )
    activity.contributors.set([with_contact, with_head])
    return activity


def told():
    return {message.recipient.name for message in Message.objects.all()}


def test_a_launch_tells_the_responsible_person_and_the_contributors(activity):
    manager = make_member(activity.programme, name="Projektleder")

    perform(activity, "launch", by=manager, at=NOON, override=True, reason="aftalt")

    assert told() == {"Ansvarlig", "Kontakten", "Lederen"}
    message = Message.objects.get(recipient__name="Kontakten")
    letter = letters.write(message, [], now=NOON)
    assert letter.subject == "Fritidsjobforløb i Vejleåparken er iværksat"
    assert "Projektleder besluttede det mandag 2. marts" in letter.text
    assert "“aftalt”" in letter.text
    assert "fordi Skolen medvirker i aktiviteten" in letter.text
    assert not message.awaits_window


def test_the_responsible_person_is_told_when_clarification_begins():
    activity = make_activity(responsible=make_user(name="Ansvarlig"))
    manager = make_member(activity.programme)

    perform(activity, "clarify", by=manager, at=NOON)

    letter = letters.write(Message.objects.get(), [], now=NOON)
    assert letter.subject == (
        "Du er ansvarlig for Fritidsjobforløb i Vejleåparken, som nu er under afklaring"
    )


@pytest.mark.parametrize(
    ("source", "name", "statements"),
    # Both with a savepoint, where outside of a test a transaction begins and ends.
    [("planned", "clarify", 9), ("in_clarification", "postpone", 10)],
)
def test_a_step_asks_few_statements_and_writes_its_mail_along(
    source, name, statements, django_assert_num_queries
):
    activity = make_activity(state=source, responsible=make_user(name="Ansvarlig"))
    manager = make_member(activity.programme)

    with django_assert_num_queries(statements):
        perform(activity, name, by=manager, at=NOON, reason="Venter")

    assert Message.objects.get().recipient == activity.responsible


def test_nobody_is_told_of_what_they_did_themselves():
    activity = make_activity()
    activity.responsible = make_member(activity.programme)
    activity.save()

    perform(activity, "clarify", by=activity.responsible, at=NOON)

    assert told() == set()


def test_an_import_tells_nobody():
    activity = make_activity(responsible=make_user())

    adopt(activity, Activity.State.IN_CLARIFICATION, at=NOON, reason="import")

    assert told() == set()


def test_an_undone_transition_tells_nobody(activity):
    manager = make_member(activity.programme)

    with transaction.atomic():
        perform(activity, "launch", by=manager, at=NOON, override=True, reason="x")
        was_told = told()
        transaction.set_rollback(True)

    assert was_told
    assert told() == set()


def test_a_discontinued_activity_holds_its_reminders_at_once(activity):
    milestone = make_milestone(activity=activity)
    Reminder.objects.create(
        kind="milestone",
        object_id=milestone.pk,
        due_on=milestone.due_on,
        title=milestone.title,
        programme=activity.programme,
        activity=activity,
        step=0,
        audience="responsible",
        recipient=activity.responsible,
        principal=activity.responsible,
        why="responsible",
        state="planned",
        send_on=milestone.due_on,
        planned_at=NOON,
        changed_at=NOON,
    )
    manager = make_member(activity.programme)

    perform(activity, "discontinue", by=manager, at=NOON, reason="ingen penge")

    row = Reminder.objects.get()
    assert (row.state, row.reason) == ("held", "discontinued")
    assert told() == {"Ansvarlig", "Kontakten", "Lederen"}


def test_every_transition_that_is_told_can_be_written(activity):
    manager = make_member(activity.programme)
    at_work = perform(
        activity, "launch", by=manager, at=NOON, override=True, reason="aftalt"
    )
    for name in ("adjust", "postpone", "discontinue", "reinstate", "clarify"):
        at_work = perform(at_work, name, by=manager, at=NOON, reason="aftalt")

    subjects = {
        letters.write(message, [], now=NOON).subject
        for message in Message.objects.filter(recipient__name="Ansvarlig")
    }

    place = "Fritidsjobforløb i Vejleåparken"
    assert subjects == {
        f"{place} er iværksat",
        f"{place} er tilbage under afklaring",
        f"{place} er udskudt",
        f"{place} er udgået",
        f"{place} er planlagt igen",
        f"Du er ansvarlig for {place}, som nu er under afklaring",
    }


def test_connecting_twice_listens_once():
    before = len(transitioned.receivers)

    receivers.connect()

    assert len(transitioned.receivers) == before


def test_the_domain_works_without_the_reaction():
    script = (
        "import os, django\n"
        "from django.conf import settings\n"
        "import config.settings as given\n"
        "names = {k: v for k, v in vars(given).items() if k.isupper()}\n"
        "names['INSTALLED_APPS'] = [a for a in names['INSTALLED_APPS']"
        " if a != 'notifications']\n"
        "settings.configure(**names)\n"
        "django.setup()\n"
        "from django.core.checks import run_checks\n"
        "import sys\n"
        "from workflows.signals import transitioned\n"
        "assert transitioned.receivers == []\n"
        "assert 'notifications.models' not in sys.modules\n"
        "import rollout.services\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=False
    )

    assert done.returncode == 0, done.stderr.decode()
