"""The activity's page: readiness, decisions, milestones and evaluation."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from rollout.models import Evaluation, Milestone, Readiness, Role
from tests.factories import (
    TODAY,
    make_activity,
    make_condition,
    make_evaluation,
    make_focus_area,
    make_initiative,
    make_member,
    make_milestone,
    make_partner,
    make_programme,
    make_template,
)
from tests.rollout.activity_page.scene import a_waiting_activity, page
from tests.rollout.test_web_overview import text_of

pytestmark = pytest.mark.django_db


def test_readiness_is_declared_for_the_whole_place(client):
    activity = a_waiting_activity()
    beside = make_activity(
        initiative=make_initiative(
            focus_area=make_focus_area(programme=activity.programme)
        ),
        place=activity.place,
    )
    client.force_login(make_member(activity.programme))

    client.post(
        page(activity, "readiness/planning/"),
        {
            "readiness-planning-version": 1,
            "readiness-planning-is_met": "True",
            "readiness-planning-note": "Aftalt",
            "readiness-planning-evidence_url": "https://example.org/plan.pdf",
            "readiness-planning-whole_place": "on",
        },
    )

    here = Readiness.objects.get(activity=activity, aspect="planning")
    assert (here.is_met, here.note) == (True, "Aftalt")
    there = Readiness.objects.get(activity=beside, aspect="planning")
    assert (there.is_met, there.evidence_url) == (True, here.evidence_url)
    assert not Readiness.objects.get(activity=beside, aspect="parties").is_met


def test_a_decision_is_recorded(client):
    condition = make_condition()
    activity = condition.activity
    client.force_login(make_member(activity.programme))
    key = f"condition-{condition.pk}"

    client.post(
        page(activity, f"conditions/{condition.pk}/"),
        {f"{key}-outcome": "met", f"{key}-note": "Bevilget", f"{key}-version": 1},
    )

    condition.refresh_from_db()
    assert (condition.outcome, condition.decided_on) == ("met", TODAY)


def test_a_milestone_is_added_finished_and_reopened(client):
    activity = make_activity(state="in_clarification")
    client.force_login(make_member(activity.programme))

    client.post(
        page(activity, "milestones/"),
        {
            "milestone-new-title": "Lokale er fundet",
            "milestone-new-due_on": "2026-04-15",
            "milestone-new-before_launch": "on",
        },
    )
    [milestone] = activity.milestones.all()
    assert (milestone.due_on, milestone.before_launch) == (date(2026, 4, 15), True)

    for name, reason in (("finish", ""), ("reopen", "Det var det ikke alligevel")):
        key = f"milestone-{milestone.pk}-{name}"
        client.post(
            page(activity, f"milestones/{milestone.pk}/{name}/"),
            {f"{key}-version": milestone.version, f"{key}-reason": reason},
        )
        milestone = Milestone.objects.get(pk=milestone.pk)

    assert [record.transition for record in milestone.history.all()] == [
        "finish",
        "reopen",
    ]


def test_a_wrong_date_is_said_beside_the_field_and_the_rest_is_kept(client):
    activity = make_activity()
    client.force_login(make_member(activity.programme))

    response = client.post(
        page(activity, "milestones/"),
        {"milestone-new-title": "Lokale er fundet", "milestone-new-due_on": "snart"},
    )

    assert response.status_code == 422
    shown = response.content.decode()
    assert 'id="id_milestone-new-due_on_error"' in shown
    assert 'value="Lokale er fundet"' in shown


def test_a_milestone_waits_for_the_one_before_it(client):
    before = make_milestone(title="Aftalen")
    after = make_milestone(activity=before.activity)
    after.predecessors.add(before)
    client.force_login(make_member(before.activity.programme))
    key = f"milestone-{after.pk}-finish"

    response = client.post(
        page(after.activity, f"milestones/{after.pk}/finish/"),
        {f"{key}-version": after.version},
    )

    assert response.status_code == 409
    assert "“Aftalen”, som kommer før, er åben." in text_of(response)


def test_who_is_responsible_finishes_a_milestone_without_being_a_manager(client):
    programme = make_programme()
    partner = make_partner(programme=programme)
    contact = make_member(programme, Role.PARTNER, partner=partner)
    activity = make_activity(programme=programme, state="launched")
    milestone = make_milestone(activity=activity, responsible_partner=partner)
    client.force_login(contact)

    shown = text_of(client.get(page(activity)))
    key = f"milestone-{milestone.pk}-finish"
    client.post(
        page(activity, f"milestones/{milestone.pk}/finish/"),
        {f"{key}-version": milestone.version},
    )

    assert "Markér som færdig" in shown
    assert "Tilføj milepæl" not in shown
    milestone.refresh_from_db()
    assert milestone.state == "done"


def test_an_evaluation_is_written_by_one_and_approved_by_another(client):
    activity = make_activity(state="launched")
    author = make_member(activity.programme, Role.COORDINATOR)
    client.force_login(author)
    client.post(
        page(activity, "evaluation/"),
        {
            "evaluation-version": 0,
            "evaluation-conclusion": "continues",
            "evaluation-summary": "Det går godt.",
        },
    )
    evaluation = Evaluation.objects.get()
    assert evaluation.written_by == author
    assert "Godkend evalueringen" not in text_of(client.get(page(activity)))

    client.force_login(make_member(activity.programme))
    assert "Godkend evalueringen" in text_of(client.get(page(activity)))
    client.post(page(activity, f"evaluation/{evaluation.pk}/approval/"))

    evaluation.refresh_from_db()
    assert evaluation.approved_on == TODAY


@pytest.mark.parametrize("has_draft", [False, True])
def test_two_authors_do_not_overwrite_each_others_evaluation(client, has_draft):
    activity = make_activity(state="launched")
    if has_draft:
        make_evaluation(activity=activity, approved_on=None)
    client.force_login(make_member(activity.programme))
    seen = client.get(page(activity)).context["page"].evaluation_form
    said = {"evaluation-version": seen.initial["version"]}
    said |= {"evaluation-conclusion": "continues"}
    address = page(activity, "evaluation/")

    first = client.post(address, said | {"evaluation-summary": "Hendes ord"})
    second = client.post(address, said | {"evaluation-summary": "Mine ord"})

    assert (first.status_code, second.status_code) == (302, 412)
    assert Evaluation.objects.get().summary == "Hendes ord"
    told = text_of(second)
    assert "Hendes ord" in told
    assert "Mine ord" in told
    now = second.context["page"].evaluation_form["version"].value()
    again = {"evaluation-version": now, "evaluation-summary": "Mine ord"}
    assert client.post(address, said | again).status_code == 302
    assert Evaluation.objects.get().summary == "Mine ord"


def test_the_author_cannot_approve_alone(client):
    activity = make_activity(state="launched")
    author = make_member(activity.programme)
    evaluation = make_evaluation(activity=activity, written_by=author, approved_on=None)
    client.force_login(author)

    response = client.post(page(activity, f"evaluation/{evaluation.pk}/approval/"))

    assert response.status_code == 422
    assert "En anden end forfatteren skal godkende." in text_of(response)


def test_every_state_has_a_page(client):
    programme = make_programme()
    make_template(programme=programme)
    client.force_login(make_member(programme))

    for state in ("planned", "in_clarification", "launched", "evaluated"):
        activity = make_activity(
            programme=programme,
            state=state,
            planned_launch_on=TODAY + timedelta(days=70),
        )
        assert client.get(page(activity)).status_code == 200
    ended = make_activity(programme=programme, state="discontinued")
    assert "Aktiviteten er udgået" in text_of(client.get(page(ended)))


def test_a_manager_plans_the_launch_on_the_page(client):
    activity = make_activity()
    client.force_login(make_member(activity.programme))
    address = f"{activity.get_absolute_url()}planned-launch/"

    answer = client.post(
        address,
        {
            "planned-launch-version": activity.version,
            "planned-launch-planned_launch_on": "2026-05-11",
        },
        follow=True,
    )

    assert "Iværksættelsen er planlagt til 11. maj 2026." in answer.text
    activity.refresh_from_db()
    assert activity.planned_launch_on == date(2026, 5, 11)
