"""Long work: asked for on a page, done by a worker, told on a page of its own."""

from __future__ import annotations

import pytest
import time_machine
from django.db import OperationalError, connection

from rollout import jobs, services
from rollout.models import Job, JobState, PlanUpload, Role
from rollout.plans.upload import keep_upload, review
from rollout.web.views import bulk, plan_file
from tests.factories import (
    NOON,
    make_activity,
    make_member,
    make_programme,
)
from tests.processes import cut_off, wait_until
from tests.rollout.test_web_overview import text_of

PLAN = b"""\
programme: {code: ishoj, name: Nyt navn, municipality: "Ish\xc3\xb8j",
  starts_on: 2025-11-01, ends_on: 2029-10-31}
focus_areas: [{code: job, name: Job}]
"""


@pytest.fixture(autouse=True)
def _clock(request):
    if "start_worker" in request.fixturenames:
        yield
        return
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def programme(db):
    return make_programme(code="ishoj")


@pytest.fixture
def manager(programme):
    return make_member(programme)


def work():
    return jobs.carry_out_next(now=lambda: NOON)


def asked(programme, activities, change, by):
    return jobs.ask_for_change(
        programme,
        {one.pk: one.version for one in activities},
        change,
        title="Ret flere",
        by=by,
        at=NOON,
    )


def test_many_chosen_activities_are_changed_by_a_worker(
    client, programme, manager, monkeypatch
):
    monkeypatch.setattr(bulk, "AT_ONCE", 1)
    activities = [make_activity(programme=programme) for _number in range(2)]
    client.force_login(manager)

    answer = client.post(
        "/bulk/",
        {
            "programme": programme.pk,
            "activity": [f"{one.pk}:{one.version}" for one in activities],
            "change": "assign",
            "responsible": manager.pk,
            "confirmed": "yes",
        },
    )

    waiting = client.get(answer["Location"])
    assert "0 af 2 udført" in text_of(waiting)
    assert "<noscript><meta http-equiv=" in waiting.content.decode()
    assert work()
    assert "Gemt for 2 aktiviteter." in text_of(client.get(answer["Location"]))
    for one in activities:
        one.refresh_from_db()
        assert one.responsible == manager


@pytest.mark.parametrize(
    "setting", [("min-replicas-to-write", "1"), ("maxmemory", "1")], ids=lambda s: s[0]
)
def test_a_redis_that_takes_nothing_costs_a_page_nothing(
    programme,
    manager,
    redis_server,
    caplog,
    django_capture_on_commit_callbacks,
    setting,
):
    redis_server.config_set(*setting)

    with django_capture_on_commit_callbacks(execute=True):
        job = asked(programme, [], services.Confirm(), manager)
    redis_server.config_set(setting[0], "0")

    assert Job.objects.filter(pk=job.pk).exists()
    assert [one.msg for one in caplog.records] == ["no worker was woken: %s"]


def test_what_is_refused_is_told_line_by_line_and_nothing_is_changed(
    client, programme, manager
):
    good = make_activity(programme=programme, responsible=manager)
    bad = make_activity(programme=programme, responsible=None)
    job = asked(programme, [good, bad], services.Advance("clarify"), manager)
    client.force_login(manager)

    work()

    seen = text_of(client.get(job.get_absolute_url()))
    assert "Intet blev ændret" in seen
    assert f"{bad}: " in seen
    good.refresh_from_db()
    assert good.state == "planned"


@pytest.mark.parametrize(
    "change",
    [
        services.Advance("postpone", reason="Venter"),
        services.Confirm(),
        services.PutInPhase(None),
        services.ShiftDates(-3),
    ],
)
def test_every_change_is_read_as_it_was_written_down(programme, manager, change):
    job = asked(programme, [make_activity(programme=programme)], change, manager)

    written = Job.objects.get(pk=job.pk).asked["change"]

    assert jobs.read_change(written, programme) == change


def test_a_large_plan_file_is_applied_by_a_worker(
    client, programme, manager, monkeypatch
):
    monkeypatch.setattr(plan_file, "AT_ONCE", 10)
    upload = keep_upload(programme, name="p.yaml", content=PLAN, by=manager, at=NOON)
    client.force_login(manager)

    address = f"/plan/file/{programme.pk}/apply/"
    answer = client.post(address, {"seen": review(upload).digest})
    work()

    assert "1 tilføjet" in text_of(client.get(answer["Location"]))
    assert not PlanUpload.objects.exists()


def test_a_file_thrown_away_meanwhile_is_not_applied(programme, manager):
    upload = keep_upload(programme, name="p.yaml", content=PLAN, by=manager, at=NOON)
    job = jobs.ask_for_plan(upload, seen="", by=manager, at=NOON)
    upload.delete()

    work()

    job.refresh_from_db()
    assert (job.state, job.ended_at) == (JobState.REFUSED, NOON)


def test_work_that_breaks_ends_as_failed_and_leaves_nothing(
    programme, manager, monkeypatch
):
    activity = make_activity(programme=programme)
    job = asked(programme, [activity], services.Assign(manager), manager)

    def breaks(*args, **kwargs):
        activity.__class__.objects.update(weight=3)
        raise RuntimeError

    monkeypatch.setattr("rollout.services.change_all", breaks)
    work()

    job.refresh_from_db()
    activity.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "Noget gik galt" in job.told
    assert activity.weight == 1


@pytest.mark.django_db(transaction=True)
def test_work_whose_database_goes_away_is_done_by_the_next_worker(monkeypatch):
    programme = make_programme()
    manager = make_member(programme)
    activity = make_activity(programme=programme)
    job = asked(programme, [activity], services.Assign(manager), manager)
    does = services.change_all

    def goes_away(*args, **kwargs):
        cut_off()
        return does(*args, **kwargs)

    monkeypatch.setattr("rollout.services.change_all", goes_away)
    with pytest.raises(OperationalError):
        work()
    connection.close()
    monkeypatch.undo()
    work()

    job.refresh_from_db()
    assert job.state == JobState.DONE


def test_nobody_sees_the_job_of_another_and_none_is_done_twice(
    client, programme, manager
):
    activity = make_activity(programme=programme)
    job = asked(programme, [activity], services.Assign(manager), manager)
    client.force_login(make_member(programme, Role.MANAGER))

    assert client.get(job.get_absolute_url()).status_code == 404
    assert work()
    assert not work()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_real_worker_does_it_and_tells_how_far_it_is(start_worker):
    programme = make_programme()
    manager = make_member(programme)
    activity = make_activity(programme=programme)
    start_worker()

    job = asked(programme, [activity], services.Assign(manager), manager)

    def is_done():
        job.refresh_from_db()
        return job.has_ended

    wait_until(is_done, seconds=120, what="the worker has done the job")
    assert (job.state, job.done, job.total) == (JobState.DONE, 1, 1)
