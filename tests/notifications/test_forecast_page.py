"""The page “De næste 30 dage”: who may see it, what it says, what it costs."""

import csv
import json
from io import StringIO

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.models import Message, Reminder
from rollout.models import Membership, Role
from tests.factories import make_activity, make_member, make_partner, make_user
from tests.notifications.factories import (
    at,
    make_due_milestone,
    make_running_activity,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(at("2026-04-08"), tick=False):
        yield


@pytest.fixture
def activity():
    return make_running_activity()


def get(client, user, **query):
    client.force_login(user)
    return client.get("/forecast/", query)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.COORDINATOR, Role.OBSERVER])
def test_who_reads_the_whole_programme_sees_it_and_its_link(client, activity, role):
    make_due_milestone("2026-04-15", activity=activity, title="Aftale")
    user = make_member(activity.programme, role)

    html = get(client, user).content.decode()

    assert "De næste 30 dage" in html
    assert "Onsdag 15. april 2026 (uge 16)" in html
    assert html.count("Aftale</a>") == 5
    assert 'href="/forecast/" aria-current="page"' in html
    assert not Reminder.objects.exists()
    assert not Message.objects.exists()


def test_a_partner_sees_neither_the_page_nor_the_link(client, activity):
    user = make_member(activity.programme, Role.PARTNER)

    assert get(client, user).status_code == 404
    assert "/forecast/" not in client.get("/").content.decode()


def test_another_programme_is_not_shown(client, activity):
    other = make_due_milestone("2026-04-15", title="Fremmed")
    user = make_member(activity.programme)

    assert "Fremmed" not in get(client, user).content.decode()
    assert get(client, user, programme=other.programme.code).status_code == 404


def test_it_is_narrowed_to_a_person_or_a_partner(client, activity):
    make_due_milestone("2026-04-15", activity=activity, title="Egen")
    partner = make_partner(programme=activity.programme)
    colleague = make_user(name="Kollega")
    Membership.objects.create(
        user=colleague, programme=activity.programme, role=Role.PARTNER, partner=partner
    )
    make_due_milestone(
        "2026-04-15", activity=activity, title="Andens", responsible=colleague
    )
    user = make_member(activity.programme)

    of_person = get(client, user, person=colleague.pk).content.decode()
    of_partner = get(client, user, partner=partner.pk).content.decode()

    for html in (of_person, of_partner):
        assert "Andens</a>" in html
        assert "Egen</a>" not in html


def test_what_is_held_back_is_told_with_its_reason(client):
    proposal = make_activity(is_proposal=True, responsible=make_user())
    make_due_milestone("2026-04-15", activity=proposal)

    html = get(client, make_member(proposal.programme)).content.decode()

    assert "Bliver ikke sendt" in html
    assert "aktiviteten er kun et forslag" in html


def test_it_can_be_downloaded(client, activity):
    make_due_milestone("2026-04-15", activity=activity)
    # A manager would get the summary of each week as well.
    user = make_member(activity.programme, Role.OBSERVER)

    as_csv = get(client, user, format="csv")
    as_json = get(client, user, format="json")

    rows = list(csv.DictReader(StringIO(as_csv.content.decode())))
    assert [row["step"] for row in rows] == ["-5", "0", "5", "10", "15"]
    assert as_csv["Content-Disposition"] == 'attachment; filename="forecast.csv"'
    assert len(json.loads(as_json.content)["rows"]) == 5


def test_it_asks_the_database_a_fixed_number_of_times(client, activity):
    user = make_member(activity.programme)
    client.force_login(user)
    make_due_milestone("2026-04-15", activity=activity)
    counts = []

    for _ in range(2):
        make_due_milestone(
            "2026-04-16", activity=make_running_activity(programme=activity.programme)
        )
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/forecast/").status_code == 200
        counts.append(len(queries))
        for _ in range(3):
            make_due_milestone(
                "2026-04-16",
                activity=make_running_activity(programme=activity.programme),
            )

    assert len(set(counts)) == 1, counts
    assert counts[0] <= 102
