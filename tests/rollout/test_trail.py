"""Every change has who, when, before and after, in sentences and as a file."""

import csv
import sys
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.functional import Promise

from config.processes import name_of
from rollout import jobs, services
from rollout.acting import acting
from rollout.migrations._record import RECORDED
from rollout.models import (
    Activity,
    Change,
    Evaluation,
    Indicator,
    Measurement,
    Membership,
    Milestone,
)
from rollout.web.trail import fields_of
from tests.api.conftest import Caller
from tests.factories import (
    NOON,
    make_activity,
    make_evaluation,
    make_indicator,
    make_measurement,
    make_member,
    make_milestone,
    make_objective,
    make_partner,
)
from tests.rollout.test_web_overview import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def activity():
    return make_activity(state="in_clarification", note="Før")


@pytest.fixture
def manager(activity):
    return make_member(activity.programme, name="Mette Holm")


def newest(kind):
    return Change.objects.filter(kind=kind).order_by("-pk").first()


def test_a_change_by_a_page_names_who_is_logged_in(client, activity, manager):
    milestone = make_milestone(activity=activity)
    client.force_login(manager)

    client.post(
        f"/my-work/milestones/{milestone.pk}/",
        {f"milestone-{milestone.pk}-version": milestone.version},
    )

    assert Milestone.objects.get(pk=milestone.pk).state == "done"
    assert newest("milestone").by_id == manager.pk


def test_a_change_by_the_api_names_whose_token_it_is(activity, manager):
    caller = Caller(manager)

    answer = caller.patch(
        f"/api/v1/activities/{activity.pk}/",
        {"note": "Efter"},
        format="json",
        headers={"If-Match": f'"{activity.version}"'},
    )

    assert answer.status_code == 200, answer.content
    assert newest("activity").by_id == manager.pk


def test_long_work_names_who_asked_for_it(activity, manager):
    other = make_member(activity.programme)
    change = services.Assign(responsible=other)

    jobs.ask_for_change(
        activity.programme,
        {activity.pk: activity.version},
        change,
        title="Mange",
        by=manager,
        at=NOON,
    )
    jobs.carry_out_next(now=lambda: NOON)

    assert newest("activity").by_id == manager.pk
    assert newest("activity").row["responsible_id"] == other.pk


def test_a_deed_inside_anothers_block_is_the_inner_ones(activity, manager):
    """As where somebody answers by another person's link while logged in."""
    other = make_member(activity.programme)
    named = []

    with acting(manager.pk):
        for who in (other.pk, None):
            with acting(who):
                Activity.objects.filter(pk=activity.pk).update(note=f"for {who}")
            named.append(newest("activity").by_id)
        Activity.objects.filter(pk=activity.pk).update(note="outside")
        named.append(newest("activity").by_id)

    assert named == [other.pk, manager.pk, manager.pk]


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["./manage.py", "plan", "apply", "plan.yaml"], "Program: manage.py plan"),
        (["/x/bin/celery", "-A", "config", "worker", "-c", "2"], "Systemet"),
        (["/x/gunicorn/__main__.py", "-c", "python:config.gunicorn"], "Systemet"),
        (["psql"], "Program: psql"),
    ],
)
def test_what_nobody_did_names_the_program(client, activity, manager, command, told):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL application_name = %s", [name_of(command)])
        Activity.objects.filter(pk=activity.pk).update(note="Efter")
    client.force_login(manager)

    address = f"/changes/?kind=activity&object={activity.pk}&format=csv"
    file = client.get(address).content.decode("utf-8-sig")

    assert [row[1] for row in csv.reader(file.splitlines(), delimiter=";")][1] == told


def test_this_very_process_has_a_name_at_the_database():
    with connection.cursor() as cursor:
        cursor.execute("SHOW application_name")
        assert cursor.fetchone() == (name_of(sys.argv),)


def test_the_trail_tells_before_and_after_in_danish_and_as_a_file(activity, manager):
    Caller(manager).patch(
        f"/api/v1/activities/{activity.pk}/",
        {"note": "Efter"},
        format="json",
        headers={"If-Match": f'"{activity.version}"'},
    )
    client = Client()
    client.force_login(manager)
    address = f"/changes/?kind=activity&object={activity.pk}"

    page = text_of(client.get(address))
    file = client.get(f"{address}&format=csv").content.decode("utf-8-sig")

    assert "Mette Holm" in page
    assert f"Aktivitet: {activity}" in page
    assert "Bemærkning: Før → Efter" in page
    rows = list(csv.reader(file.splitlines(), delimiter=";"))
    assert rows[0] == ["Hvornår", "Hvem", "Hvad", "Hvad er ændret"]
    assert any(row[1] == "Mette Holm" for row in rows[1:])


def test_moments_are_told_in_the_time_of_denmark(activity, manager):
    """A row holds them as the database writes them, in UTC."""
    late = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    Membership.objects.filter(user=manager).update(invited_at=late)
    client = Client()
    client.force_login(manager)

    page = text_of(client.get("/changes/?kind=membership"))

    assert "1. juli 2026 00:30" in page
    assert "+00:00" not in page


def test_what_a_row_has_several_of_is_told_by_both_names(client, activity, manager):
    police = make_partner(programme=activity.programme, name="Politiet")
    first, last = (make_milestone(activity=activity, title=t) for t in ("Før", "Efter"))
    activity.contributors.add(police)
    activity.contributors.remove(police)
    last.predecessors.add(first)
    client.force_login(manager)

    partners = text_of(client.get("/changes/?kind=activity_contributors"))
    order = text_of(client.get("/changes/?kind=milestone_predecessors"))

    assert (
        f"Aktivitet: {activity} Hvad er ændret: Medvirkende: Politiet er " in partners
    )
    assert "Politiet er tilføjet" in partners
    assert "Politiet er fjernet" in partners
    assert "Milepæl: Efter Hvad er ændret: Kommer efter: Før er tilføjet" in order


def test_numbers_and_lists_are_told_as_people_write_them(client, activity, manager):
    indicator = make_indicator(
        objective=make_objective(focus_area=activity.initiative.focus_area)
    )
    evaluation = make_evaluation(activity=activity, approved_on=None)
    Indicator.objects.filter(pk=indicator.pk).update(
        baseline="1234.5", baseline_missing_reason="", age_bands=["0-17", "18-25"]
    )
    Evaluation.objects.filter(pk=evaluation.pk).update(values=[{"value": "14.0000"}])
    client.force_login(manager)

    indicators = text_of(client.get("/changes/?kind=indicator"))
    evaluations = text_of(client.get("/changes/?kind=evaluation"))

    assert "Førmåling: – → 1.234,5" in indicators
    assert "Aldersgrupper: – → 0-17, 18-25" in indicators
    assert "Værdier: – → 1 linje" in evaluations


def test_nothing_is_told_that_the_product_keeps_for_itself(client, activity, manager):
    objective = make_objective(focus_area=activity.initiative.focus_area)
    value = make_measurement(indicator=make_indicator(objective=objective))
    Measurement.objects.filter(pk=value.pk).update(is_withheld=True)
    client.force_login(manager)

    page = text_of(client.get("/changes/?kind=measurement"))

    assert "withheld" not in page.lower()
    assert "gemt, uden noget, der fortælles her" in page


def test_no_column_is_told_by_its_english_name():
    assert [
        f"{kind}.{field.name}"
        for kind in RECORDED
        for field in fields_of(kind)
        # Of people only their key is kept, and of a relation both names are told.
        if "_" not in kind and kind != "user"
        if not isinstance(field.verbose_name, Promise)
    ] == []


def test_more_things_take_no_more_queries(client, activity, manager):
    client.force_login(manager)
    counts = []
    for _ in range(2):
        make_milestone(activity=make_activity(programme=activity.programme))
        with CaptureQueriesContext(connection) as asked:
            client.get("/changes/?kind=milestone")
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_it_is_for_those_who_run_the_programme_and_says_it_in_few_queries(
    client, activity, manager, django_assert_max_num_queries
):
    for _ in range(5):
        make_milestone(activity=activity)
    client.force_login(manager)

    with django_assert_max_num_queries(20):
        assert client.get("/changes/").status_code == 200

    client.force_login(make_member(activity.programme, "observer"))
    assert client.get("/changes/").status_code == 404
    client.force_login(make_member(Milestone.objects.first().programme, "partner"))
    assert client.get("/changes/?kind=x&object=y").status_code == 404
