"""Makes docs/screens: `make screens`. Not collected by an ordinary run of the tests."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from PIL import Image

from rollout import services
from rollout.models import (
    Activity,
    Aspect,
    FocusArea,
    Job,
    JobKind,
    JobState,
    Partner,
    Place,
    User,
)
from rollout.periods import Period
from rollout.reports.keeping import make_report
from workflows.engine import perform

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCREENS = Path(__file__).resolve().parents[2] / "docs" / "screens"
#: What fits one look, and a small file.
DESKTOP, PHONE = (1380, 940), (360, 1100)
COLOURS = 64


def test_make_the_screens(page, log_in, programme):
    SCREENS.mkdir(parents=True, exist_ok=True)
    activity = an_activity_under_way()
    log_in()

    for (width, height), suffix in ((DESKTOP, ""), (PHONE, "-phone")):
        page.set_viewport_size({"width": width, "height": height})
        shoot(page, "/", f"overview{suffix}")
        shoot(page, activity.get_absolute_url(), f"activity{suffix}")
        shoot(page, "/timeline/", f"timeline{suffix}")
        shoot(page, f"/timeline/?{what_if(activity)}", f"what-if{suffix}")
        shoot(page, "/year-wheel/", f"year-wheel{suffix}")
        shoot(page, "/?select=1", f"bulk{suffix}")
        shoot(page, "/board/", f"board{suffix}")


#: Where the rest of the pages are, by the name of their picture.
PAGES = {
    "agreement": "/plan/",
    "places": "/places/",
    "attention": "/attention/",
    "partners": "/partners/",
    "plan-file": "/plan/file/",
    "monitoring": "/monitoring/",
    "rounds": "/monitoring/rounds/",
    "indicators": "/monitoring/indicators/",
    "contributions": "/monitoring/contributions/",
    "grants": "/monitoring/grants/",
    "import": "/monitoring/import/",
    "reports": "/reports/",
    "learning": "/learning/",
    "search": "/search/?q=fritdsjob",
    "mails-ahead": "/forecast/",
    "mail-log": "/messages/",
    "engine": "/messages/engine/",
    "profile": "/profile/",
    "logins": "/profile/logins/",
    "jobs": "/jobs/",
    "members": "/settings/members/",
    "ladders": "/settings/ladders/",
    "calendar": "/settings/calendar/",
    "templates": "/settings/milestones/",
    "webhooks": "/settings/webhooks/",
    "service-accounts": "/settings/service-accounts/",
    "calendars": "/settings/calendars/",
    "tokens": "/settings/tokens/",
    "help": "/help/",
    "keyboard": "/help/keyboard/",
    "accessibility": "/help/accessibility/",
}


def test_make_the_screens_of_the_other_pages(page, log_in):
    log_in()
    for (width, height), suffix in ((DESKTOP, ""), (PHONE, "-phone")):
        page.set_viewport_size({"width": width, "height": height})
        for name, path in (PAGES | pages_of_one()).items():
            shoot(page, path, f"{name}{suffix}")


def pages_of_one() -> dict[str, str]:
    """Return pages about one thing: an area, a place, a round."""
    leader = User.objects.get(email="leder@example.org")
    programme = FocusArea.objects.all()[0].programme
    area = FocusArea.objects.get(code="beskaeftigelse")
    activity = Activity.objects.filter(state="launched")[0]
    year = Period(date(2026, 1, 1), date(2026, 12, 31))
    report = make_report(programme, "board", year, by=leader, at=timezone.now())
    job = Job.objects.create(
        programme=programme,
        kind=JobKind.BULK,
        by=leader,
        title="Udskyd 73 aktiviteter 10 arbejdsdage",
        state=JobState.RUNNING,
        done=31,
        total=73,
        asked_at=timezone.now(),
    )
    return {
        "area": area.get_absolute_url(),
        "place": Place.objects.get(code="vildtbanegaard-2").get_absolute_url(),
        "partner": Partner.objects.get(code="ckf").get_absolute_url(),
        "objective": f"/objectives/{area.objectives.all()[0].pk}/",
        "round": f"/monitoring/rounds/{programme.monitoring_rounds.all()[0].pk}/",
        "report": report.get_absolute_url(),
        "history": f"{activity.get_absolute_url()}history/",
        "job": job.get_absolute_url(),
    }


def test_make_the_screens_of_a_partner(page, log_in):
    log_in("kontakt.cbe@example.org")

    for (width, height), suffix in ((DESKTOP, ""), (PHONE, "-phone")):
        page.set_viewport_size({"width": width, "height": height})
        shoot(page, "/my-work/", f"my-work{suffix}")


def an_activity_under_way() -> Activity:
    """Take a proposal into clarification, with two of three conditions met."""
    at = timezone.now()
    activity = Activity.objects.get(
        initiative__name="Fritidsjobforløb", place__name="Vildtbanegård I"
    )
    leader = User.objects.get(email="leder@example.org")
    contact = User.objects.get(email="kontakt.cbe@example.org")
    Activity.objects.filter(pk=activity.pk).update(planned_launch_on=date(2026, 6, 1))
    services.confirm_proposal(activity, by=leader)
    services.assign_responsible(activity, responsible=contact, by=leader)
    activity = perform(activity, "clarify", by=leader, at=at)
    first = activity.milestones.order_by("position", "pk")[0]
    perform(first, "finish", by=leader, at=at)
    for aspect, note in (
        (Aspect.PLANNING, "Planen er gennemgået på styregruppens møde"),
        (Aspect.FRAMEWORK, ""),
    ):
        services.set_readiness(
            activity, aspect, is_met=True, by=leader, at=at, note=note
        )
    return activity


def what_if(activity: Activity) -> str:
    """Return what asks to put an activity off by four weeks, into the summer."""
    return f"zoom=quarter&from=2026-05-01&move=activity-{activity.pk}&days=20"


def shoot(page: Page, path: str, name: str) -> None:
    page.goto(path)
    page.wait_for_load_state("networkidle")
    path_of = SCREENS / f"{name}.png"
    page.screenshot(path=path_of)
    # So many pictures should not weigh on every clone: few colours are enough.
    with Image.open(path_of) as picture:
        small = picture.convert("RGB").quantize(COLOURS)
    small.save(path_of, optimize=True)


MAILS = Path(__file__).resolve().parents[2] / "docs" / "mails"
#: The mails that the documentation shows, as wide as a mail program and as a phone.
PICTURES = (
    ("reminder", "reminder", 600, "light"),
    ("reminder", "reminder-320", 320, "light"),
    ("reminder", "reminder-dark", 600, "dark"),
    ("data_request", "data_request", 600, "light"),
    ("escalation", "escalation", 600, "light"),
    ("digest", "digest", 600, "light"),
    ("receipt", "receipt", 600, "light"),
)
#: What lies below is left out, so that the files stay small.
TALLEST = 700


@pytest.mark.parametrize(("mail", "name", "width", "scheme"), PICTURES)
def test_make_the_pictures_of_mails(browser, mail, name, width, scheme):
    context = browser.new_context(
        viewport={"width": width, "height": 300}, color_scheme=scheme
    )
    page = context.new_page()
    page.goto((MAILS / f"{mail}.da.html").as_uri())
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": min(height, TALLEST)})
    page.screenshot(path=MAILS / f"{name}.png")
    context.close()
