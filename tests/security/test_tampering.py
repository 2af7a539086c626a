"""Whatever a superuser does to a history is found, at the row or by an anchor."""

import random
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from notifications import anchoring
from rollout.models import ActivityTransition
from tests.factories import NOON, make_activity, make_member, make_milestone
from tests.workflows.test_history import tamper
from workflows import anchors
from workflows.engine import perform
from workflows.history import verify

pytestmark = pytest.mark.django_db

TABLE = ActivityTransition._meta.db_table
#: How often to tamper: a sample, and all that is asked for where there is time.
SAMPLE, ALL = 25, pytest.param(200, marks=pytest.mark.long)
#: What a superuser can do to a record in the middle of a history.
DEEDS = (
    "UPDATE {t} SET reason = reason || 'x' WHERE id = %s",
    "UPDATE {t} SET at = at - interval '1 microsecond' WHERE id = %s",
    "UPDATE {t} SET by_id = coalesce(by_id, 0) + 1 WHERE id = %s",
    "UPDATE {t} SET version = version + 1 WHERE id = %s",
    "UPDATE {t} SET transition = 'other' WHERE id = %s",
    "UPDATE {t} SET target = 'planned' WHERE id = %s",
    "UPDATE {t} SET hash = md5(hash) WHERE id = %s",
    "UPDATE {t} SET sequence = sequence + 100 WHERE id = %s",
    "UPDATE {t} SET overridden = '{{x}}' WHERE id = %s",
    "DELETE FROM {t} WHERE id = %s",
)


@pytest.fixture
def histories():
    """Three activities with four records each."""
    made = []
    for _ in range(3):
        activity = make_activity(state="in_clarification")
        manager = make_member(activity.programme)
        for name in ("launch", "adjust", "launch"):
            activity = perform(activity, name, by=manager, at=NOON, reason="Lokaler")
        made.append(activity)
    return made


@pytest.mark.parametrize("count", [SAMPLE, ALL])
def test_every_random_tampering_is_found_at_its_row(histories, count):
    """Checklist: the trail proves itself; what was deleted is missed at its object."""
    chance = random.Random(20251101)  # a test that can be repeated
    records = list(ActivityTransition.objects.values_list("pk", "activity_id"))
    missed = []

    for _ in range(count):
        deed, (record, activity) = chance.choice(DEEDS), chance.choice(records)
        with transaction.atomic():
            tamper(deed.format(t=TABLE), record)
            faults = list(verify(ActivityTransition))
            transaction.set_rollback(True)
        is_gone = deed.startswith("DELETE")
        is_at_row = is_gone or record in {fault.record for fault in faults}
        if {fault.subject for fault in faults} != {activity} or not is_at_row:
            missed.append((deed, record, faults))

    assert missed == []
    assert list(verify(ActivityTransition)) == []


def cut_the_tail(activity):
    """Remove the newest record and set the state back: no chain can tell."""
    tamper(f"DELETE FROM {TABLE} WHERE activity_id = %s AND sequence = 4", activity.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT target FROM {TABLE} WHERE activity_id = %s AND sequence = 3",
            [activity.pk],
        )
        state = cursor.fetchone()[0]
    tamper("UPDATE rollout_activity SET state = %s WHERE id = %s", state, activity.pk)


def test_a_cut_tail_is_found_by_the_anchor_in_the_file_and_the_mail(
    histories, settings, tmp_path, capsys
):
    """Checklist: the head is anchored daily outside the database."""
    settings.HISTORY_ANCHORS = tmp_path / "anchors.jsonl"
    settings.ARCHIVE_ADDRESS = "arkiv@example.org"
    later = NOON + timedelta(hours=2)

    assert anchoring.anchor(now=later)
    assert not anchoring.anchor(now=later + timedelta(hours=3))
    assert anchoring.anchor(now=later + timedelta(days=1))

    file = str(settings.HISTORY_ANCHORS)
    assert settings.HISTORY_ANCHORS.read_text().splitlines()[0] in mail.outbox[0].body
    assert [sent.to for sent in mail.outbox] == [["arkiv@example.org"]] * 2
    call_command("verify_history", anchors=settings.HISTORY_ANCHORS)
    cut_the_tail(histories[1])
    call_command("verify_history")
    with pytest.raises(CommandError):
        call_command("verify_history", "--anchors", file)
    assert f"{TABLE}: not what the anchor of" in capsys.readouterr().err


def test_what_comes_after_an_anchor_and_what_examples_lose_breaks_none(histories):
    example = make_milestone(is_example=True)
    perform(example, "finish", by=make_member(example.programme), at=NOON)
    anchor = anchors.take(at=NOON + timedelta(hours=2))

    manager = make_member(histories[0].programme)
    perform(histories[0], "adjust", by=manager, at=NOON, reason="Flere hold")
    gone = "DELETE FROM rollout_milestonetransition WHERE milestone_id = %s"
    tamper(gone, example.pk)

    assert list(anchors.broken(anchors.Anchor.from_line(anchor.as_line()))) == []
