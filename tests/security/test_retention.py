"""What is older than its period goes, once a month, and a rehearsal says it before."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command

from config.retention import PERIODS, keep_monthly
from notifications.models import Message
from rollout.models import ApiToken, Job
from tests.factories import NOON, make_member, make_milestone
from tests.notifications.factories import make_sent_reminder

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(days=800)


@pytest.fixture
def old():
    """A mail, a revoked token and a job of long ago."""
    milestone = make_milestone()
    person = make_member(milestone.programme)
    message = make_sent_reminder(milestone, recipient=person).message
    Message.objects.filter(pk=message.pk).update(text="Hej", html="Hej")
    token, _secret = ApiToken.objects.issue(person, "Power BI", at=NOON)
    token.revoked_at = NOON
    token.save()
    ApiToken.objects.issue(person, "In use", at=NOON)
    Job.objects.create(
        programme=milestone.programme,
        kind="bulk",
        by=person,
        state="done",
        asked_at=NOON,
        ended_at=NOON,
    )
    return message


def run(**options):
    out = StringIO()
    with time_machine.travel(LATER, tick=False):
        call_command("retention", stdout=out, **options)
    return [int(line.partition(":")[0]) for line in out.getvalue().splitlines()]


def test_a_rehearsal_counts_and_changes_nothing(old):
    """Checklist 45: a dry run."""
    assert sum(run(dry_run=True)) == 3
    assert len(run(dry_run=True)) == len(PERIODS)

    old.refresh_from_db()
    assert old.text == "Hej"


def test_what_is_too_old_goes_and_that_it_was_sent_stays(old, settings):
    """Checklist 45: periods are settings."""
    settings.RETENTION_UPLOAD_DAYS = 0

    assert sum(run()) == 2

    old.refresh_from_db()
    assert (old.text, old.html, old.state) == ("", "", "sent")
    assert [one.name for one in ApiToken.objects.all()] == ["In use"]
    assert Job.objects.count() == 1
    assert sum(run()) == 0


def test_it_is_done_once_a_month(old):
    """Checklist 45: a monthly job."""
    assert keep_monthly(now=LATER)
    assert not keep_monthly(now=LATER + timedelta(hours=6))
    assert keep_monthly(now=LATER + timedelta(days=31))
