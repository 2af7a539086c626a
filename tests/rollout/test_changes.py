"""The database records what every row became, whoever changes it."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from rollout.models import Activity, Change, User
from tests.factories import (
    make_activity,
    make_grant,
    make_indicator,
    make_initiative,
    make_measurement,
    make_member,
    make_milestone,
    make_partner,
    make_phase,
    make_request,
    make_user,
)

pytestmark = pytest.mark.django_db

#: Histories and memories of their own, and what is no business of the domain.
NOT_RECORDED = {
    "rollout_activitytransition",
    "rollout_milestonetransition",
    "rollout_monitoringroundtransition",
    "rollout_apitoken",
    "rollout_appliedplan",
    "rollout_change",
    "rollout_keptanswer",
    "rollout_settingchange",
    "rollout_handover",
    "rollout_job",
    "rollout_handedover",
    "rollout_shift",
    "rollout_shifteddate",
    "rollout_planupload",
    "rollout_lesson",
    # A report tells of what is recorded; frozen, it is its own record.
    "rollout_report",
    "rollout_savedview",
    "rollout_columnmapping",
    "rollout_evaluationaddendum",
    "rollout_measurementcorrection",
    "rollout_user_groups",
    "rollout_user_user_permissions",
}


def changes(kind, pk):
    return list(Change.objects.filter(kind=kind, object_id=pk).order_by("pk"))


def test_every_table_of_the_domain_is_recorded():
    models = apps.get_app_config("rollout").get_models(include_auto_created=True)
    tables = {model._meta.db_table for model in models if model._meta.managed}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text FROM pg_trigger"
            " WHERE tgname = 'rollout_recorded'"
        )
        recorded = {name for (name,) in cursor.fetchall()}

    assert recorded == tables - NOT_RECORDED


def test_a_row_is_recorded_as_it_became_until_it_is_deleted():
    activity = make_activity(note="før")

    Activity.objects.filter(pk=activity.pk).update(note="efter")
    Activity.objects.get(pk=activity.pk).delete()

    told = changes("activity", activity.pk)
    assert [one.row and one.row["note"] for one in told] == ["før", "efter", None]
    assert {one.programme_id for one in told} == {activity.programme_id}
    assert {one.activity_id for one in told} == {activity.pk}
    assert told[1].row["version"] == told[0].row["version"] + 1


def test_saving_what_is_the_same_is_no_change():
    activity = make_activity()

    activity.save()
    Activity.objects.filter(pk=activity.pk).update(weight=activity.weight)

    assert len(changes("activity", activity.pk)) == 1


def test_whatever_hangs_on_a_programme_is_recorded_as_its_own():
    partner = make_partner()
    programme = partner.programme
    activity = make_activity(programme=programme)
    activity.contributors.add(partner)
    area = activity.initiative.focus_area
    area.departments.add(partner)
    phase = make_phase(programme=programme)
    phase.places.add(activity.place)
    make_initiative(focus_area=area).partners.add(partner)
    first = make_milestone(activity=activity)
    make_milestone(activity=activity).predecessors.add(first)
    make_grant(programme=programme).activities.add(activity)
    objective = area.objectives.create(code="o", text="Delmål", direction="increase")
    objective.places.add(activity.place)
    indicator = make_indicator(objective=objective)
    indicator.places.add(activity.place)
    make_measurement(data_request=make_request(indicator=indicator))
    make_member(programme)

    elsewhere = Change.objects.exclude(programme=programme)

    assert set(elsewhere.values_list("kind", flat=True)) == {"user"}
    assert (
        Change.objects.filter(programme=programme).values("kind").distinct().count()
        > 15
    )


def test_of_people_only_that_they_changed_is_kept():
    person = make_user(name="Navn Navnesen")

    User.objects.filter(pk=person.pk).update(last_login="2026-03-02T12:00Z")
    User.objects.filter(pk=person.pk).update(name="Slettet")

    assert [one.row for one in changes("user", person.pk)] == [{"id": person.pk}] * 2


def test_the_record_cannot_be_rewritten():
    make_activity()
    rewriting = [
        "UPDATE rollout_change SET kind = 'x'",
        "DELETE FROM rollout_change",
        "TRUNCATE rollout_change",
    ]

    for statement in rewriting:
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


@pytest.mark.parametrize(
    "make", [make_measurement, make_request], ids=["measurement", "request"]
)
def test_the_database_raises_the_version_of_what_people_change(make):
    row = make()

    type(row).objects.filter(pk=row.pk).update(is_example=True)

    row.refresh_from_db()
    assert row.version == 2
