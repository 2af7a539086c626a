"""The feed of changes as clients see it: complete, in order, and what is theirs."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta

import psycopg
import pytest
import time_machine
from django.apps import apps
from django.db import connection

from rollout.changes import RESOURCES
from rollout.changes.touched import OWN, PART
from rollout.models import Activity, Membership, Milestone
from tests.factories import (
    NOON,
    make_activity,
    make_attendance,
    make_condition,
    make_contribution,
    make_focus_area,
    make_indicator,
    make_member,
    make_milestone,
    make_objective,
    make_partner,
    make_programme,
    make_target,
)
from tests.processes import address_of_test_database
from workflows.engine import perform

from .conftest import Caller

pytestmark = pytest.mark.django_db(transaction=True)

#: Recorded, and in no list of the API that a client could keep a copy of.
NOT_TOLD = {
    "subagreement",
    "milestonetemplate",
    "closingperiod",
    "meeting",
    "occasion",
    "reportingperiod",
    "periodlock",
    "lateentry",
    "stoppedclock",
}


@pytest.fixture
def programme():
    return make_programme()


@pytest.fixture
def manager(programme):
    return make_member(programme)


@pytest.fixture
def activity(programme, manager):
    return make_activity(programme=programme, responsible=manager)


class Following(Caller):
    """A client that stands somewhere in the feed."""

    def __init__(self, user):
        super().__init__(user)
        self.cursor = self.ask("changes/").json()["cursor"]

    def go_on(self, **parameters):
        answer = self.ask("changes/", data={"since": self.cursor} | parameters)
        assert answer.status_code == 200, answer.content
        told = answer.json()
        self.cursor = told["cursor"]
        return told

    def told(self, **parameters):
        results = self.go_on(**parameters)["results"]
        return [(one["operation"], one["resource"], one["id"]) for one in results]


def test_everything_that_is_recorded_is_told_or_left_out_on_purpose():
    told = {*OWN, *PART}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger"
            " WHERE tgname = 'rollout_recorded'"
        )
        recorded = {name.removeprefix("rollout_") for (name,) in cursor.fetchall()}

    assert told | NOT_TOLD == recorded | {"membership"}
    assert not told & NOT_TOLD
    assert {*OWN.values()} == {*RESOURCES}
    for kind, resource in OWN.items():
        assert RESOURCES[resource] is apps.get_model("rollout", kind)


def test_every_resource_that_is_told_of_can_be_read(manager):
    lists = Caller(manager).ask("changes/").json()["lists"]

    for address in lists:
        path = address.removeprefix("http://localhost:8000/api/v1/")
        assert Caller(manager).ask(path).status_code == 200, path


def test_without_a_cursor_it_tells_where_to_begin(manager, activity):
    told = Caller(manager).ask("changes/").json()

    assert told["results"] == []
    assert not told["has_more"]
    assert "http://localhost:8000/api/v1/activities/" in told["lists"]
    assert len(told["lists"]) == len(RESOURCES)


def test_it_tells_what_was_done_and_by_whom(manager, activity):
    client = Following(manager)

    Activity.objects.filter(pk=activity.pk).update(note="nyt", weight=2)
    perform(activity, "clarify", by=manager, at=NOON)
    results = client.go_on()["results"]

    noted, moved = (one for one in results if one["resource"] == "activities")
    assert noted["operation"] == "updated"
    assert noted["changed"] == ["note", "weight"]
    assert noted["url"] == f"http://localhost:8000/api/v1/activities/{activity.pk}/"
    assert (noted["version"], noted["transition"]) == (activity.version + 1, None)
    assert moved["operation"] == "transitioned"
    assert moved["changed"] == ["state"]
    assert moved["transition"] == {
        "name": "clarify",
        "source": "planned",
        "target": "in_clarification",
        "by": manager.pk,
    }
    assert "nyt" not in str(results)


def test_it_tells_of_what_is_made_and_deleted(manager, activity):
    client = Following(manager)

    milestone = make_milestone(activity=activity)
    key, made = milestone.pk, client.told()
    milestone.delete()
    gone = client.told()

    assert made == [("created", "milestones", key)]
    assert gone == [("deleted", "milestones", key)]


def test_a_change_of_a_part_concerns_the_whole(manager, activity, programme):
    client = Following(manager)

    activity.contributors.add(make_partner(programme=programme))
    activity.readiness.filter(aspect="planning").update(is_met=True, on=NOON.date())
    results = client.go_on()["results"]

    told = {(one["resource"], *one["changed"]) for one in results}
    assert ("activities", "contributors") in told
    assert ("activities", "readiness") in told
    assert ("readiness", "is_met", "on") in told


def test_what_is_delivered_changes_the_contribution(manager, programme):
    contribution = make_contribution(partner=make_partner(programme=programme))
    client = Following(manager)
    address = f"contributions/{contribution.pk}/"
    tag = client.ask(address)["ETag"]

    contribution.deliveries.create(
        delivered_on=NOON.date(), amount=12, noted_at=NOON, noted_by=manager
    )
    (told,) = client.go_on()["results"]
    answer = client.ask(address, headers={"If-None-Match": tag})

    assert (told["resource"], told["changed"]) == ("contributions", ["delivered"])
    assert answer.status_code == 200
    assert answer.json()["delivered"] == "12.00"


def test_who_comes_and_what_is_aimed_at_is_told_to_partners_as_they_may_see_it(
    programme, activity
):
    partner = make_partner(programme=programme)
    client = Following(make_member(programme, "partner", partner=partner))
    attendance = make_attendance(activity=activity)
    target = make_target(
        indicator=make_indicator(
            objective=make_objective(focus_area=make_focus_area(programme=programme))
        )
    )
    make_contribution(partner=make_partner(programme=programme))

    others = client.told()
    activity.contributors.add(partner)
    own = client.told()

    assert [one for one in others if one[1] == "targets"] == [
        ("created", "targets", target.pk)
    ]
    assert not {"attendance", "contributions"} & {one[1] for one in others}
    assert ("updated", "attendance", attendance.pk) in own


def test_nothing_is_told_before_what_began_earlier_has_ended(manager, activity):
    client = Following(manager)

    with psycopg.connect(address_of_test_database()) as slow:
        slow.execute(
            "UPDATE rollout_activity SET note = 'langsom' WHERE id = %s", [activity.pk]
        )
        quick = make_milestone(activity=make_activity(programme=activity.programme))
        waiting = client.told()
        slow.commit()
    told = client.told()

    assert waiting == []
    assert told[0] == ("updated", "activities", activity.pk)
    assert told[-1] == ("created", "milestones", quick.pk)


def test_a_transaction_that_is_undone_is_never_told(manager, activity):
    client = Following(manager)

    with psycopg.connect(address_of_test_database()) as other:
        other.execute("UPDATE rollout_activity SET note = 'fortrudt'")
        other.rollback()

    assert client.told() == []


def test_pages_follow_one_another(manager, activity):
    client = Following(manager)
    made = [make_condition(activity=activity).pk for _n in range(5)]

    first = client.go_on(page_size=3)
    rest = client.go_on(page_size=3)

    assert (first["has_more"], rest["has_more"]) == (True, False)
    assert [one["id"] for one in first["results"] + rest["results"]] == made


def test_the_same_again_is_not_sent(manager, activity):
    client = Following(manager)
    make_programme()
    first = client.ask("changes/", data={"since": client.cursor})

    again = client.ask(
        "changes/",
        data={"since": client.cursor},
        headers={"If-None-Match": first.headers["ETag"]},
    )

    assert (again.status_code, again.content) == (304, b"")


def test_a_client_that_hears_nothing_does_not_grow_old(manager, activity):
    client = Following(manager)
    others = make_member(make_programme())
    for days in range(80, 400, 80):
        with time_machine.travel(NOON + timedelta(days=days), tick=False):
            assert client.told() == []

    assert Membership.objects.filter(user=others).exists()


def test_it_can_be_narrowed(manager, activity, programme):
    client = Following(manager)
    begin = client.cursor
    Membership.objects.create(user=manager, programme=make_programme(), role="manager")
    client = Following(manager)
    mine = make_milestone(activity=activity)
    Activity.objects.filter(pk=activity.pk).update(note="nyt")

    assert client.told(resource="milestones") == [("created", "milestones", mine.pk)]
    assert client.cursor != begin


def test_of_another_programme_nothing_is_told(manager, activity):
    client = Following(manager)

    foreign = make_milestone()
    foreign.delete()

    assert client.told() == []
    assert client.ask("changes/", data={"programme": "nowhere"}).status_code == 404
    foreign_code = foreign.activity.programme.code
    assert client.ask("changes/", data={"programme": foreign_code}).status_code == 404


class TestPartner:
    """What a partner hears of: what it takes part in, for as long as it does."""

    @pytest.fixture
    def partner(self, programme):
        return make_partner(programme=programme)

    @pytest.fixture
    def client(self, programme, partner, activity):
        return Following(make_member(programme, "partner", partner=partner))

    def test_it_hears_nothing_of_what_it_never_saw(self, client, activity):
        milestone = make_milestone(activity=activity)
        condition = make_condition(activity=activity)
        milestone.delete()
        condition.delete()
        Activity.objects.filter(pk=activity.pk).update(note="nyt")

        assert client.told() == []

    def test_with_an_activity_everything_on_it_opens(self, client, activity, partner):
        milestone = make_milestone(activity=activity)
        client.told()

        activity.contributors.add(partner)
        told = client.told()

        assert ("updated", "activities", activity.pk) in told
        assert ("updated", "milestones", milestone.pk) in told
        assert sum(resource == "readiness" for _op, resource, _pk in told) == 3

    def test_with_an_activity_everything_on_it_closes(self, client, activity, partner):
        milestone = make_milestone(activity=activity)
        activity.contributors.add(partner)
        client.told()

        activity.contributors.remove(partner)
        told = client.told()
        Activity.objects.filter(pk=activity.pk).update(note="nyt")

        assert ("deleted", "activities", activity.pk) in told
        assert ("deleted", "milestones", milestone.pk) in told
        assert client.told() == []

    def test_what_it_sees_by_a_milestone_alone_is_no_more_than_that(
        self, client, activity, partner
    ):
        own = make_milestone(activity=activity, responsible_partner=partner)
        other = make_milestone(activity=activity)
        opened = client.told()
        other.delete()
        silent = client.told()
        Milestone.objects.filter(pk=own.pk).update(responsible_partner=None)
        closed = client.told()

        assert set(opened) == {
            ("updated", "activities", activity.pk),
            ("created", "milestones", own.pk),
        }
        assert silent == []
        assert set(closed) == {
            ("deleted", "activities", activity.pk),
            ("deleted", "milestones", own.pk),
        }


class TestCursor:
    """When a client has to begin again, and what is no cursor at all."""

    def expect(self, client, status, code):
        answer = client.ask("changes/", data={"since": client.cursor})
        assert answer.status_code == status
        assert answer.json()["code"] == code
        return answer.json()

    def test_other_rights_need_a_new_beginning(self, manager, activity):
        client = Following(manager)
        Membership.objects.filter(user=manager).update(role="observer")

        problem = self.expect(client, 410, "gone")

        assert "Begin again" in problem["detail"]

    def test_a_cursor_is_good_for_ninety_days(self, manager, activity):
        client = Following(manager)

        with time_machine.travel(NOON + timedelta(days=90), tick=False):
            client.ask("changes/", data={"since": client.cursor})
        with time_machine.travel(NOON + timedelta(days=91), tick=False):
            self.expect(client, 410, "gone")

    @pytest.mark.parametrize(("part", "value"), [(5, "1"), (1, "fffffffffff")])
    def test_another_database_or_another_time_needs_a_new_beginning(
        self, manager, activity, part, value
    ):
        client = Following(manager)
        parts = urlsafe_b64decode(client.cursor + "==").decode().split(".")
        parts[part] = value
        client.cursor = urlsafe_b64encode(".".join(parts).encode()).decode()

        self.expect(client, 410, "gone")

    @pytest.mark.parametrize(
        "cursor", ["x", "MS4x", "æøå", "=", "A" * 199, "\0", "MS4wLjAuMC4wLjA"]
    )
    def test_what_is_made_up_is_refused(self, manager, activity, cursor):
        client = Following(manager)
        client.cursor = cursor

        self.expect(client, 400, "invalid")

    @pytest.mark.parametrize(
        "narrowed", [{"resource": "x"}, {"page_size": "0"}, {"page_size": "501"}]
    )
    def test_so_is_what_cannot_be_asked_for(self, manager, activity, narrowed):
        client = Following(manager)

        answer = client.ask("changes/", data={"since": client.cursor} | narrowed)

        assert answer.status_code == 400


def test_it_costs_the_same_however_much_was_changed(
    manager, activity, django_assert_num_queries
):
    client = Following(manager)
    for _n in range(10):
        make_milestone(activity=activity)

    # The token, the roles, where the database stands, the record, and one question
    # for each resource on the page.
    with django_assert_num_queries(5):
        assert len(client.told()) == 10


def test_nobody_follows_without_a_token(activity):
    assert Caller().ask("changes/").status_code == 401
