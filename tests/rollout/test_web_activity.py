"""The activity's page: what it tells, what can be done on it, and who may do it."""

from datetime import date, timedelta

import pytest
import time_machine

from rollout import services
from rollout.models import Aspect, Evaluation, Milestone, Readiness, Role
from rollout.services import shifting
from rollout.web.checklist import checks_of_step
from tests.factories import (
    NOON,
    TODAY,
    make_activity,
    make_condition,
    make_evaluation,
    make_focus_area,
    make_indicator,
    make_initiative,
    make_measurement,
    make_member,
    make_milestone,
    make_objective,
    make_partner,
    make_place,
    make_programme,
    make_request,
    make_template,
)
from tests.rollout.test_web_overview import text_of
from workflows.engine import options, perform

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOON, tick=False):
        yield


def page(activity, what=""):
    return f"/activities/{activity.pk}/{what}"


def a_waiting_activity(**fields):
    place = make_place(name="Vildtbanegård I", requires_readiness=True)
    return make_activity(place=place, state="in_clarification", **fields)


# --- what it tells ------------------------------------------------------------------


def test_it_says_what_is_missing_and_who_can_settle_it(client):
    activity = a_waiting_activity()
    make_condition(activity=activity, title="Stillingen", body="Byrådet")
    make_milestone(activity=activity, title="Lokale er fundet", before_launch=True)
    client.force_login(make_member(activity.programme))

    seen = text_of(client.get(page(activity)))

    assert "Fritidsjobforløb i Vildtbanegård I" in seen
    assert "Hvad mangler, før vi kan iværksætte?" in seen
    assert "Planlægningen er ikke klar i Vildtbanegård I." in seen
    assert "“Stillingen” er ikke afgjort." in seen
    assert "Milepælen “Lokale er fundet” er åben, frist 15. april 2026." in seen
    assert "kan løses af Byrådet" in seen


def test_the_list_says_exactly_what_the_guards_say():
    activity = a_waiting_activity()
    make_condition(activity=activity)
    make_condition(activity=activity, effect="warns")
    make_condition(activity=activity, outcome="rejected", decided_on=TODAY)
    make_milestone(activity=activity, before_launch=True)
    make_milestone(activity=activity, before_launch=False)
    manager = make_member(activity.programme)
    activity.programme.ends_on = date(2026, 1, 1)

    for option in options(activity, by=manager, at=NOON):
        checks = checks_of_step(activity, option.rule.name, option.reasons)

        missing = [one for one in checks if not one.is_met and not one.is_advisory]
        assert sorted(one.text for one in missing) == sorted(
            str(reason.text) for reason in option.reasons
        )


def test_an_observer_reads_everything_and_can_press_nothing(client):
    activity = a_waiting_activity()
    make_milestone(activity=activity)
    client.force_login(make_member(activity.programme, Role.OBSERVER))

    shown = client.get(page(activity)).content.decode()

    assert "Planlægningen er ikke klar" in shown
    assert shown.count('method="post"') == 2  # language and log out


def test_the_history_is_told_in_danish_sentences(client):
    activity = a_waiting_activity()
    manager = make_member(activity.programme, name="Eksempel Leder")
    services.set_readiness(activity, Aspect.FRAMEWORK, is_met=True, by=manager, at=NOON)
    perform(
        activity,
        "launch",
        by=manager,
        at=NOON,
        reason="Borgmesteren har lovet det",
        override=True,
    )
    client.force_login(manager)

    seen = text_of(client.get(page(activity)))

    assert "Eksempel Leder iværksatte aktiviteten 2. marts 2026 kl. 12.00" in seen
    assert "“Borgmesteren har lovet det”" in seen
    assert "Selv om: planlægningen var ikke klar, parterne var ikke klar" in seen
    assert "Eksempel Leder bekræftede rammerne" in seen
    assert "Planen blev indlæst: aktiviteten er under afklaring" in seen


def test_the_history_tells_which_dates_were_moved(client):
    activity = a_waiting_activity()
    make_milestone(activity=activity, title="Aftalen", due_on=date(2026, 4, 7))
    manager = make_member(activity.programme, name="Eksempel Leder")
    shifting.shift(
        activity.programme,
        shifting.ShiftRequest("activity", activity.pk, days=5),
        by=manager,
        at=NOON,
        reason="Skolen holder ferie",
    )
    client.force_login(manager)

    seen = text_of(client.get(page(activity)))

    assert (
        "Eksempel Leder flyttede “Aftalen” fra 7. april 2026 til 14. april 2026" in seen
    )
    assert "“Skolen holder ferie”" in seen


def test_values_asked_for_show_their_answer(client):
    activity = make_activity(state="launched")
    objective = make_objective(focus_area=activity.initiative.focus_area)
    request = make_request(
        indicator=make_indicator(objective=objective, unit="unge"),
        place=activity.place,
        last_value="11.5",
    )
    make_measurement(data_request=request, value="12.5", status="submitted")
    client.force_login(make_member(activity.programme))

    seen = text_of(client.get(page(activity)))

    assert "12,5 unge indsendt" in seen
    assert "sidste gang: 11,5" in seen


def test_one_page_costs_the_same_whatever_the_activity_holds(
    client, django_assert_num_queries
):
    activity = a_waiting_activity()
    client.force_login(make_member(activity.programme))

    for _round in range(2):
        for _milestone in range(3):
            before = make_milestone(activity=activity, before_launch=True)
            make_milestone(activity=activity).predecessors.add(before)
            make_condition(activity=activity)
        make_evaluation(activity=activity)

        with django_assert_num_queries(26):
            client.get(page(activity))


# --- who may see and act ------------------------------------------------------------


ADDRESSES = [
    ("", {}),
    ("transitions/launch/", {"launch-version": 1}),
    ("proposal/", {"proposal-version": 1}),
    ("responsible/", {"responsible-version": 1}),
    ("readiness/planning/", {"readiness-planning-version": 1}),
    ("milestones/", {"milestone-new-title": "x"}),
    ("evaluation/", {"evaluation-conclusion": "ends", "evaluation-summary": "x"}),
]


@pytest.mark.parametrize(("what", "data"), ADDRESSES)
def test_another_programmes_activity_is_not_there(client, what, data):
    activity = make_activity()
    client.force_login(make_member(make_programme()))
    ask = client.post if what else client.get

    assert ask(page(activity, what), data).status_code == 404


@pytest.mark.parametrize(("what", "data"), ADDRESSES[1:])
def test_an_observers_post_is_refused_and_changes_nothing(client, what, data):
    activity = make_activity()
    client.force_login(make_member(activity.programme, Role.OBSERVER))

    response = client.post(page(activity, what), data)

    assert response.status_code == 403
    assert "Det har du ikke adgang til" in text_of(response)
    activity.refresh_from_db()
    assert activity.version == 1


@pytest.mark.parametrize(("what", "data"), ADDRESSES[1:])
def test_nothing_is_changed_by_a_get(client, what, data):
    activity = make_activity()
    client.force_login(make_member(activity.programme))

    assert client.get(page(activity, what)).status_code == 405


def test_a_post_after_the_login_expired_comes_back_to_the_page(client):
    activity = make_activity()
    url = page(activity, "transitions/clarify/")

    response = client.post(
        url, headers={"Referer": f"http://testserver{page(activity)}"}
    )

    assert response["Location"] == f"/accounts/login/?next={page(activity)}"


def test_a_foreign_referer_leads_to_where_people_start(client):
    response = client.post(
        page(make_activity(), "proposal/"), headers={"Referer": "https://evil.example/"}
    )

    assert response["Location"] == "/accounts/login/?next=/start/"


def test_an_expired_login_reloads_the_whole_page_where_htmx_asks(client):
    response = client.post(
        page(make_activity(), "proposal/"), headers={"HX-Request": "true"}
    )

    assert response["HX-Redirect"].startswith("/accounts/login/")


@pytest.mark.parametrize(
    "what", ["transitions/explode/", "readiness/weather/", "milestones/1/finish/"]
)
def test_an_unknown_verb_or_object_is_not_there(client, what):
    activity = make_activity()
    client.force_login(make_member(activity.programme))

    assert client.post(page(activity, what)).status_code == 404


def test_a_condition_of_another_activity_is_not_there(client):
    activity = make_activity()
    other = make_condition(activity=make_activity(programme=activity.programme))
    client.force_login(make_member(activity.programme))

    url = page(activity, f"conditions/{other.pk}/")

    assert client.post(url, {}).status_code == 404


# --- what can be done ---------------------------------------------------------------


def test_a_transition_leads_back_to_the_page_and_says_so(client):
    activity = make_activity(state="in_clarification")
    client.force_login(make_member(activity.programme))

    response = client.post(
        page(activity, "transitions/launch/"),
        {"launch-version": activity.version},
        follow=True,
    )

    assert response.redirect_chain == [(page(activity), 302)]
    assert "Aktiviteten er nu iværksat." in text_of(response)


def test_a_blocked_transition_keeps_what_was_written(client):
    activity = a_waiting_activity()
    client.force_login(make_member(activity.programme))

    response = client.post(
        page(activity, "transitions/launch/"),
        {"launch-version": activity.version, "launch-reason": "Vi har travlt"},
    )

    assert response.status_code == 409
    assert "Det kan ikke lade sig gøre endnu" in text_of(response)
    assert "Vi har travlt</textarea>" in response.content.decode()
    activity.refresh_from_db()
    assert activity.state == "in_clarification"


def test_who_is_too_late_sees_what_changed_and_can_try_again(client):
    activity = make_activity(state="in_clarification")
    faster = make_member(activity.programme, name="Eksempel Koordinator")
    seen = activity.version
    fresh = perform(activity, "launch", by=faster, at=NOON)
    client.force_login(make_member(activity.programme))

    response = client.post(
        page(activity, "transitions/discontinue/"),
        {"discontinue-version": seen, "discontinue-reason": "Sammenlagt"},
    )

    assert response.status_code == 412
    assert "Eksempel Koordinator iværksatte aktiviteten" in text_of(response)
    shown = response.content.decode()
    assert "Sammenlagt</textarea>" in shown
    assert f'name="discontinue-version" value="{fresh.version}"' in shown


def test_a_manager_goes_ahead_in_spite_of_what_is_missing(client):
    activity = a_waiting_activity()
    client.force_login(make_member(activity.programme))

    client.post(
        page(activity, "transitions/launch/"),
        {
            "launch-version": activity.version,
            "launch-override": "true",
            "launch-reason": "Aftalt med bestyrelsen",
        },
    )

    activity.refresh_from_db()
    assert activity.state == "launched"
    assert activity.history.last().overridden == [
        "readiness_planning",
        "readiness_framework",
        "readiness_parties",
    ]


def test_a_coordinator_may_not(client):
    activity = a_waiting_activity()
    client.force_login(make_member(activity.programme, Role.COORDINATOR))
    shown = text_of(client.get(page(activity)))

    response = client.post(
        page(activity, "transitions/launch/"),
        {
            "launch-version": activity.version,
            "launch-override": "true",
            "launch-reason": "Jeg vil",
        },
    )

    assert response.status_code == 403
    assert "Iværksæt alligevel" not in shown


def test_a_step_back_needs_a_reason(client):
    activity = make_activity(state="in_clarification")
    client.force_login(make_member(activity.programme))

    response = client.post(
        page(activity, "transitions/postpone/"),
        {"postpone-version": activity.version, "postpone-reason": "  "},
    )

    assert response.status_code == 409
    assert "Der skal gives en begrundelse." in text_of(response)


def test_a_proposal_is_confirmed_and_given_a_responsible_person(client):
    activity = make_activity(is_proposal=True)
    partner = make_partner(programme=activity.programme)
    contact = make_member(activity.programme, Role.PARTNER, partner=partner)
    client.force_login(make_member(activity.programme))

    client.post(page(activity, "proposal/"), {"proposal-version": activity.version})
    activity.refresh_from_db()
    client.post(
        page(activity, "responsible/"),
        {
            "responsible-version": activity.version,
            "responsible-responsible": contact.pk,
        },
    )

    activity.refresh_from_db()
    assert not activity.is_proposal
    assert activity.responsible == contact
    assert activity.responsible_partner == partner


def test_only_the_programmes_people_can_be_made_responsible(client):
    activity = make_activity()
    stranger = make_member(make_programme())
    client.force_login(make_member(activity.programme))

    response = client.post(
        page(activity, "responsible/"),
        {
            "responsible-version": activity.version,
            "responsible-responsible": stranger.pk,
        },
    )

    assert response.status_code == 422
    activity.refresh_from_db()
    assert activity.responsible is None


def test_each_person_is_offered_once_with_the_partner_of_this_programme(client):
    activity = make_activity()
    partner = make_partner(programme=activity.programme, name="Center A")
    contact = make_member(
        activity.programme, Role.PARTNER, partner=partner, name="Kontakt"
    )
    elsewhere = make_partner(name="Center B")
    contact.memberships.create(
        programme=elsewhere.programme, role=Role.PARTNER, partner=elsewhere
    )
    client.force_login(make_member(activity.programme, name="Leder"))

    shown = client.get(page(activity)).context["page"].responsible_form

    assert [label for _value, label in shown.fields["responsible"].choices] == [
        "Ingen",
        "Kontakt, Center A",
        "Leder",
    ]


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
        {"evaluation-conclusion": "continues", "evaluation-summary": "Det går godt."},
    )
    evaluation = Evaluation.objects.get()
    assert evaluation.written_by == author
    assert "Godkend evalueringen" not in text_of(client.get(page(activity)))

    client.force_login(make_member(activity.programme))
    assert "Godkend evalueringen" in text_of(client.get(page(activity)))
    client.post(page(activity, f"evaluation/{evaluation.pk}/approval/"))

    evaluation.refresh_from_db()
    assert evaluation.approved_on == TODAY


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
