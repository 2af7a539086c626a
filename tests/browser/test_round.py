"""A round as three people work it: from its plan to the report that tells of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from notifications import compose, outbox
from notifications.outbox import Timing
from rollout.models import (
    Activity,
    DataRequest,
    Evaluation,
    Measurement,
    Partner,
    Report,
)
from tests.factories import (
    make_activity,
    make_focus_area,
    make_indicator,
    make_initiative,
    make_objective,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.smtp import SmtpSink

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]

COORDINATOR, MANAGER = "koordinator@example.org", "leder@example.org"
OFFICER = "politi@example.org"
#: Five working days after the morning on which these tests begin: the day's reminder.
DUE = "2026-03-09"
INDICATOR = "Opkald om aftenen"
WHY = "Tallet er for hele kommunen."
DONE, REACH = "Otte aftener er holdt.", "42 unge kom."


@pytest.fixture
def activity(programme) -> Activity:
    """A running activity, with an indicator that the police deliver each quarter."""
    area = make_focus_area(programme=programme, name="Tryghed om aftenen")
    make_indicator(
        objective=make_objective(focus_area=area),
        name=INDICATOR,
        delivered_by=Partner.objects.get(code="politiet"),
        rhythm="quarterly",
    )
    place = programme.places.get(code="vejleaaparken")
    initiative = make_initiative(focus_area=area, name="Aftenvandring")
    return make_activity(state="launched", initiative=initiative, place=place)


def test_a_round_goes_from_its_plan_to_the_frozen_report(
    activity, log_in, open_page, live_server, settings, smtp_sink
):
    settings.BASE_URL = live_server.url
    coordinator, officer, manager = open_page(), open_page(), open_page()
    for email, page in (
        (COORDINATOR, coordinator),
        (OFFICER, officer),
        (MANAGER, manager),
    ):
        log_in(email, on=page)

    plan_and_agree(coordinator)
    deliver_by_mail(open_page(), smtp_sink)
    asked = DataRequest.objects.filter(indicator__name=INDICATOR)
    other = asked.unanswered().get()
    deliver_by_page(officer, other, "17")
    return_it(coordinator, other)
    deliver_by_page(officer, other, "12")
    approve_all(coordinator)
    write_evaluation(coordinator, activity)
    approve_and_evaluate(manager, activity)

    assert Activity.objects.get(pk=activity.pk).state == "evaluated"
    kept = Evaluation.objects.get(activity=activity).values
    assert {one["value"] for one in kept} == {"14.0000", "12.0000"}
    values = Measurement.objects.filter(data_request__in=asked)
    assert not values.filter(frozen_at=None).exists()

    report(manager, activity)


def plan_and_agree(page: Page) -> None:
    page.goto("/monitoring/rounds/")
    page.get_by_role("link", name="Planlæg en runde").click()
    page.get_by_label("Titel").fill("Kvartalstal")
    page.get_by_label("Art", exact=True).select_option(label="monitorering")
    page.get_by_label("Første dag, der rapporteres om").fill("2025-07-01")
    page.get_by_label("Sidste dag, der rapporteres om").fill("2025-12-31")
    page.get_by_label("Frist", exact=True).fill(DUE)
    page.get_by_role("button", name="Gem", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Runden er planlagt.")

    page.goto("/monitoring/rounds/")
    page.get_by_role("link", name="Kvartalstal").click()
    assert not DataRequest.objects.filter(indicator__name=INDICATOR).exists()
    page.locator("summary", has_text="Aftalt med LBF").click()
    page.get_by_role("button", name="Aftalt med LBF").click()
    expect(page.get_by_role("rowheader", name=INDICATOR)).to_have_count(2)


def deliver_by_mail(page: Page, sink: SmtpSink) -> None:
    """Answer with what a reminder brings: one number, one note, done."""
    now = timezone.now()
    compose.remind(now=now)
    outbox.deliver(now=now, times=Timing(jitter=0, pause_scale=0))
    mail = next(one for one in sink.received if one.recipients == [OFFICER])
    body = mail.message.get_body(["plain"])
    link = re.search(r"\S+/answer/\S+", body.get_content() if body else "")
    assert link, "the mail has no link"
    page.goto(link[0])

    page.get_by_role("radio", name="Her er tallet").check(force=True)
    page.get_by_label(re.compile("^Tallet")).fill("14")
    page.get_by_label("Bemærkning").fill("Talt i vagtbogen.")
    page.get_by_role("button", name="Send svaret").click()
    expect(page.locator("main [role=status]")).to_contain_text("Tallet er leveret")


def deliver_by_page(page: Page, asked: DataRequest, value: str) -> None:
    page.goto(f"/monitoring/requests/{asked.pk}/")
    page.get_by_label(re.compile("^Tallet")).fill(value)
    page.get_by_role("button", name="Aflever", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Tallet er leveret. Tak.")


def return_it(page: Page, asked: DataRequest) -> None:
    page.goto(f"/monitoring/rounds/{asked.round_id}/")
    page.get_by_role("row", name=re.compile("17")).get_by_role("link").click()
    page.locator("summary", has_text="Send tallet tilbage").click()
    page.get_by_label("Hvorfor sendes det tilbage?").fill(WHY)
    page.get_by_role("button", name="Send tallet tilbage").click()
    expect(page.get_by_role("status")).to_contain_text("Tallet er sendt tilbage")
    assert Measurement.objects.get(data_request=asked).status == "returned"


def approve_all(page: Page) -> None:
    page.goto("/my-work/")
    waiting = page.get_by_role("region", name=re.compile("Venter på din godkendelse"))
    own = waiting.get_by_role("listitem").filter(has_text=INDICATOR)
    for left in (1, 0):
        own.first.get_by_role("button").click()
        expect(own).to_have_count(left)


def write_evaluation(page: Page, activity: Activity) -> None:
    page.goto(activity.get_absolute_url())
    section = page.locator("#evaluation")
    section.locator("summary", has_text="Skriv evaluering").click()
    section.get_by_label("Aktiviteten fortsætter").check(force=True)
    section.get_by_label("Sammenfatning").fill("Det går fremad.")
    section.get_by_label("Hvad der blev gjort").fill(DONE)
    section.get_by_label("Hvem det nåede").fill(REACH)
    section.get_by_role("button", name="Gem evalueringen").click()
    expect(page.get_by_role("status")).to_contain_text("En anden skal godkende den.")
    expect(section.get_by_role("button", name="Godkend evalueringen")).to_have_count(0)


def approve_and_evaluate(page: Page, activity: Activity) -> None:
    page.goto(activity.get_absolute_url())
    step = page.locator("#next")
    expect(step.get_by_role("button", name="Evaluer", exact=True)).to_be_disabled()
    page.get_by_role("button", name="Godkend evalueringen").click()
    expect(page.get_by_role("status")).to_contain_text("Evalueringen er godkendt.")
    values = page.locator("#evaluation table")
    for value in ("14", "12"):
        cell = values.get_by_role("cell").filter(has_text=re.compile(rf"\b{value}\b"))
        expect(cell).to_be_visible()
    step.get_by_role("button", name="Evaluer", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("evalueret")


def report(page: Page, activity: Activity) -> None:
    page.goto("/reports/")
    page.get_by_label("Rapport", exact=True).select_option(label="evalueringsrapport")
    page.get_by_role("button", name="Lav udkastet").click()
    page.get_by_role("link", name=re.compile("^Evalueringsrapport")).click()
    page.get_by_role("button", name="Lås rapporten").click()
    expect(page.get_by_role("status")).to_contain_text("Rapporten er låst.")

    told = page.get_by_role("article")
    expect(told.get_by_role("heading", name=str(activity))).to_be_visible()
    for said in (DONE, REACH):
        expect(told).to_contain_text(said)
    made = Report.objects.get()
    answer = page.request.get(f"{made.get_absolute_url()}files/pdf/")
    assert answer.body().startswith(b"%PDF")
