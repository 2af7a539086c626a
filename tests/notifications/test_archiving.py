"""The ledger of former years leaves for encrypted files, and nothing else with it."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime
from io import StringIO

import pyrage
import pytest
import time_machine
from django.core.management import CommandError, call_command

from config import archiving
from config.archiving import archive_ledger
from config.backups import CannotUse
from notifications import links, planner
from notifications.models import ActionLink, Message, Reminder
from rollout.models import Milestone, Role
from tests.factories import make_member
from tests.notifications.factories import at, make_due_milestone
from workflows.engine import perform

pytestmark = pytest.mark.django_db

NEW_YEAR = date(2027, 1, 1)
LATER = datetime(2028, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def key():
    return pyrage.x25519.Identity.generate()


@pytest.fixture
def archive(key, tmp_path):
    """Archive what is from before 2027 and return what the files hold."""

    def run(**more):
        asked = {"before": NEW_YEAR, "recipients": [str(key.to_public())], "at": LATER}
        return list(archive_ledger(tmp_path / "kept", **asked | more))

    return run


def content_of(found, key):
    return [
        json.loads(line)
        for one in found
        for line in gzip.decompress(
            pyrage.decrypt(one.file.read_bytes(), [key])
        ).splitlines()
    ]


@pytest.fixture
def told():
    """Two milestones of which somebody was told by mail in 2026."""
    milestones = [make_due_milestone("2026-04-15") for _number in "12"]
    for one in milestones:
        person = make_member(one.programme, Role.COORDINATOR)
        Milestone.objects.filter(pk=one.pk).update(responsible=person)
    planner.run(now=at("2026-04-15", 12))
    Message.objects.update(state="sent", sent_at=at("2026-04-15", 12))
    for mail in Message.objects.all():
        links.issue(milestones[0], to=mail.recipient, message=mail, at=mail.sent_at)
    return milestones


def finish(milestone):
    manager = make_member(milestone.programme)
    perform(milestone, "finish", by=manager, at=at("2026-04-16"))


def test_what_is_over_goes_and_what_still_stands_stays(told, archive, key):
    over, standing = told
    finish(over)
    before = set(Reminder.objects.values_list("pk", flat=True))
    mails = set(
        Message.objects.filter(reminders__object_id=over.pk).values_list(
            "message_id", flat=True
        )
    )

    found = archive()

    kept = content_of(found, key)
    rows = [one["row"] for one in kept if one["table"] == "notifications_reminder"]
    assert {row["object_id"] for row in rows} == {over.pk}
    assert {row["id"] for row in rows} | set(
        Reminder.objects.values_list("pk", flat=True)
    ) == before
    assert set(Reminder.objects.values_list("object_id", flat=True)) == {standing.pk}
    assert mails == {
        one["row"]["message_id"]
        for one in kept
        if one["table"] == "notifications_message"
    }
    assert not Message.objects.filter(message_id__in=mails).exists()
    assert ActionLink.objects.filter(message=None).exists()
    assert found[0].file.name.endswith("-0001.ndjson.gz.age")
    assert found[0].file.stat().st_mode & 0o777 == 0o600


def test_planning_takes_nothing_for_new_afterwards(told, archive):
    finish(told[0])
    archive()
    left = set(Reminder.objects.values_list("pk", flat=True))

    planner.run(now=at("2026-04-15", 15))

    assert set(Reminder.objects.values_list("pk", flat=True)) == left
    assert not Message.objects.filter(state="pending").exists()


def test_batches_are_files_of_their_own_and_a_second_run_finds_nothing(
    told, archive, key, monkeypatch
):
    monkeypatch.setattr(archiving, "BATCH", 3)
    for one in told:
        finish(one)
    number = Reminder.objects.exclude(state__in=["planned", "held"]).count()

    found = archive()

    assert sum(one.reminders for one in found) == number
    assert len({one.file for one in found}) == -(-number // 3)
    assert len(content_of(found, key)) == number + sum(one.messages for one in found)
    assert archive() == []


def test_a_rehearsal_counts_mails_whose_reminders_are_in_two_files(
    archive, monkeypatch
):
    first = make_due_milestone("2026-04-15")
    person = make_member(first.programme, Role.COORDINATOR)
    second = make_due_milestone("2026-04-15", activity=first.activity)
    Milestone.objects.update(responsible=person)
    planner.run(now=at("2026-04-15", 12))
    Message.objects.update(state="sent", sent_at=at("2026-04-15", 12))
    finish(first)
    finish(second)
    assert Message.objects.filter(reminders__object_id=first.pk).filter(
        reminders__object_id=second.pk
    )
    monkeypatch.setattr(archiving, "BATCH", 1)

    said = archive(is_rehearsal=True)

    assert Reminder.objects.exists()
    assert [(one.reminders, one.messages) for one in said] == [
        (one.reminders, one.messages) for one in archive()
    ]


def test_a_year_that_is_not_over_stays(told, archive):
    finish(told[0])

    assert archive(before=date(2026, 1, 1)) == []


def test_a_file_that_cannot_be_written_takes_nothing(told, archive, tmp_path):
    finish(told[0])
    (tmp_path / "kept").touch()
    number = Reminder.objects.count()

    with pytest.raises(CannotUse, match="cannot be written"):
        archive()

    assert Reminder.objects.count() == number


def test_the_command_counts_first_and_tells_the_files(told, key, tmp_path):
    finish(told[0])
    asked = ("archive", "--before", "2027", "--to", str(tmp_path))
    said, done = StringIO(), StringIO()

    with time_machine.travel(LATER):
        call_command(*asked, "--dry-run", stdout=said)
        assert list(tmp_path.iterdir()) == []
        call_command(*asked, "--recipient", str(key.to_public()), stdout=done)

    [file] = tmp_path.iterdir()
    assert done.getvalue().splitlines() == [str(file), said.getvalue().strip()]
    assert Milestone.objects.count() == 2


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--before", "2029", "--to", "x"], "et år, der er begyndt"),
        (["--before", "2027"], "Sig hvor"),
        (["--before", "2027", "--to", "x"], "needs a public key"),
    ],
)
def test_the_command_says_what_it_lacks(arguments, complaint):
    with time_machine.travel(LATER), pytest.raises(CommandError, match=complaint):
        call_command("archive", *arguments)
