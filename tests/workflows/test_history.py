"""The database holds state and history to their word, and tampering is found."""

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.transaction import atomic

from rollout.models import Activity, ActivityTransition, MilestoneTransition
from tests.factories import NOON, make_activity, make_member, make_milestone
from workflows.engine import perform
from workflows.history import disposing, verify

pytestmark = pytest.mark.django_db


def an_activity_with_three_records():
    activity = make_activity(state="in_clarification")
    manager = make_member(activity.programme)
    activity = perform(activity, "launch", by=manager, at=NOON)
    return perform(activity, "adjust", by=manager, at=NOON, reason="Færre hold")


def refused(sql):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError) as refusal, transaction.atomic():
        connection.cursor().execute(sql)
    return str(refusal.value)


def tamper(sql, *params):
    """Do what only a superuser can: write with every trigger disabled."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, params)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_sql_cannot_write_a_state():
    make_activity()

    said = refused("UPDATE rollout_activity SET state = 'evaluated'")

    assert "no transition says so" in said


def test_the_orm_cannot_write_a_state():
    activity = make_activity()

    with pytest.raises(IntegrityError), transaction.atomic():
        Activity.objects.filter(pk=activity.pk).update(state="launched")


def test_a_row_cannot_begin_in_a_later_state():
    place_of = make_activity()

    with pytest.raises(IntegrityError), transaction.atomic():
        Activity.objects.bulk_create(
            [
                Activity(
                    initiative=place_of.initiative,
                    place=place_of.place,
                    programme=place_of.programme,
                    state="in_clarification",
                )
            ]
        )


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM rollout_activitytransition",
        "UPDATE rollout_activitytransition SET reason = ''",
        "TRUNCATE rollout_activitytransition CASCADE",
    ],
)
def test_history_is_append_only(sql):
    an_activity_with_three_records()

    assert "append-only" in refused(sql)


def test_history_must_go_on_from_the_present_state():
    activity = make_activity()

    with pytest.raises(IntegrityError), transaction.atomic():
        activity.history.create(
            transition="forged",
            source="launched",
            target="evaluated",
            at=NOON,
            version=9,
        )


def test_every_change_of_a_row_moves_its_version():
    activity = make_activity()

    Activity.objects.filter(pk=activity.pk).update(note="rettet")

    assert Activity.objects.get(pk=activity.pk).version == activity.version + 1


def test_an_untouched_history_verifies():
    an_activity_with_three_records()

    assert list(verify(ActivityTransition)) == []


@pytest.mark.parametrize(
    ("sql", "sequence", "code"),
    [
        ("UPDATE {t} SET reason = 'andet' WHERE sequence = 2", 2, "reason"),
        ("UPDATE {t} SET by_id = NULL WHERE sequence = 2", 2, "hash"),
        ("UPDATE {t} SET at = at + interval '1 hour' WHERE sequence = 3", 3, "hash"),
        ("UPDATE {t} SET overridden = '{{x}}' WHERE sequence = 1", 1, "hash"),
        ("DELETE FROM {t} WHERE sequence = 2", 3, "gap"),
        ("DELETE FROM {t} WHERE sequence = 1", 2, "gap"),
    ],
)
def test_a_superusers_tampering_is_found_at_the_row(sql, sequence, code):
    an_activity_with_three_records()

    tamper(sql.format(t="rollout_activitytransition"))

    fault = next(verify(ActivityTransition))
    assert (fault.sequence, fault.code) == (sequence, code)


def test_a_state_that_no_record_says_is_found():
    activity = an_activity_with_three_records()

    tamper("UPDATE rollout_activity SET state = 'planned' WHERE id = %s", activity.pk)

    fault = next(verify(ActivityTransition))
    assert (fault.subject, fault.code) == (activity.pk, "state")


def test_a_cut_tail_is_found_by_the_state_it_leaves_behind():
    an_activity_with_three_records()

    tamper("DELETE FROM rollout_activitytransition WHERE sequence = 3")

    assert [fault.code for fault in verify(ActivityTransition)] == ["state"]


def test_the_command_passes_and_then_names_the_row(capsys):
    activity = an_activity_with_three_records()
    call_command("verify_history")
    record = activity.history.get(sequence=2)

    tamper("UPDATE rollout_activitytransition SET reason = 'x' WHERE sequence = 2")

    with pytest.raises(CommandError):
        call_command("verify_history")
    assert f"record {record.pk} (object {activity.pk}, number 2)" in (
        capsys.readouterr().err
    )


def test_the_history_of_an_example_can_go_with_it():
    milestone = make_milestone(is_example=True)
    manager = make_member(milestone.programme)
    perform(milestone, "finish", by=manager, at=NOON)

    with disposing():
        MilestoneTransition.objects.filter(milestone=milestone).delete()

    assert not milestone.history.exists()


def test_not_even_the_history_of_an_example_can_be_deleted_otherwise():
    milestone = make_milestone(is_example=True)
    perform(milestone, "finish", by=make_member(milestone.programme), at=NOON)

    assert "append-only" in refused("DELETE FROM rollout_milestonetransition")


def test_the_history_of_what_is_real_survives_the_removal_of_examples():
    milestone = make_milestone()
    perform(milestone, "finish", by=make_member(milestone.programme), at=NOON)

    with pytest.raises(DatabaseError), disposing():
        MilestoneTransition.objects.filter(milestone=milestone).delete()


@pytest.mark.parametrize(
    ("transition", "target"),
    [("launch", "evaluated"), ("evaluate", "planned"), ("adopt", "evaluated")],
)
def test_only_declared_steps_are_recorded(transition, target):
    activity = make_activity(state="launched")

    with pytest.raises(IntegrityError, match="no transition"), atomic():
        activity.history.create(
            transition=transition,
            source="launched",
            target=target,
            at=NOON,
            version=9,
        )


def test_what_is_real_cannot_be_made_an_example():
    milestone = make_milestone()

    with pytest.raises(DatabaseError), transaction.atomic():
        type(milestone).objects.filter(pk=milestone.pk).update(is_example=True)
