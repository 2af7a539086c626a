"""What is kept about somebody they can have, and who takes files along is noted."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from rollout.models import ApiToken
from tests.factories import NOON, make_member, make_milestone
from tests.notifications.factories import make_sent_reminder

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    """Somebody who is responsible, was mailed and has a token."""
    milestone = make_milestone()
    made = make_member(milestone.programme, email="mette@example.org")
    milestone.responsible = made
    milestone.save()
    make_sent_reminder(milestone, recipient=made)
    ApiToken.objects.issue(made, "Power BI", at=NOON)
    return made


def test_a_person_takes_along_what_is_kept_about_them(client, person):
    """Checklist 45: access by Article 15, without anybody's help."""
    other = make_member(person.memberships.get().programme, email="other@example.org")
    client.force_login(person)

    answer = client.get("/profile/data/")

    said = json.loads(answer.content)
    assert said["rollout.User"][0]["email"] == "mette@example.org"
    assert said["rollout.Membership"][0]["role"] == "manager"
    assert said["rollout.Milestone"][0]["title"]
    assert said["notifications.Message"][0]["to_address"] == "mette@example.org"
    assert said["rollout.ApiToken"][0]["name"] == "Power BI"
    assert other.email not in answer.content.decode()
    assert not {"password", "digest"} & {
        name for rows in said.values() for row in rows for name in row
    }


def test_the_command_does_the_same_for_who_cannot_log_in(person):
    out = StringIO()

    call_command("person", "export", "METTE@example.org", stdout=out)

    assert json.loads(out.getvalue())["rollout.User"][0]["id"] == person.pk
    with pytest.raises(CommandError, match="Nobody"):
        call_command("person", "export", "nobody@example.org")


def test_who_takes_a_file_along_is_noted(client, person, caplog):
    """Checklist 45: an access log for exports."""
    client.force_login(person)

    with caplog.at_level("INFO", logger="config.requests"):
        client.get("/settings/members/?format=csv")
        client.get("/settings/members/")

    lines = [record.msg for record in caplog.records if record.msg["event"] == "export"]
    assert [line["person"] for line in lines] == [person.pk]
    assert lines[0]["path"] == "/settings/members/"
    assert ".csv" in lines[0]["file"]
