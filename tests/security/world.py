"""One of everything that an address can name, and everybody who could ask for it."""

from __future__ import annotations

from datetime import date
from typing import Any

from allauth.usersessions.models import UserSession
from django.core.files.uploadedfile import SimpleUploadedFile

from notifications import feeds, links, subscriptions, webhooks
from notifications.models import Answer, SuppressedAddress
from rollout import services
from rollout.models import (
    ApiToken,
    Attendance,
    Contribution,
    HandOver,
    Job,
    Occasion,
    Programme,
    SavedView,
    User,
)
from rollout.periods import Period
from rollout.plans import upload
from rollout.reports.keeping import make_report
from tests.factories import (
    NOON,
    TODAY,
    make_member,
    make_milestone,
    make_occasion,
    make_partner,
    make_programme,
    make_template,
    make_user,
)
from tests.notifications.factories import make_message, make_period

#: Everybody who may come to an address, by the name of their column.
VISITORS = (
    "manager",
    "coordinator",
    "observer",
    "partner",
    "other partner",
    "other programme",
    "administrator",
    "disabled",
    "anonymous",
)


def make_visitors(made: dict[str, Any]) -> dict[str, User | None]:
    """Make a person of each kind; ``partner`` answers for the activity.

    Who is of another programme reads numbers of all of them besides, as a national
    observer: nothing else foreign is found by that.
    """
    programme, partner = made["programmes"], made["partners"]
    return {
        "manager": make_member(programme),
        "coordinator": make_member(programme, "coordinator"),
        "observer": make_member(programme, "observer"),
        "partner": make_member(programme, "partner", partner=partner),
        "other partner": make_member(
            programme, "partner", partner=make_partner(programme=programme)
        ),
        "other programme": make_member(make_programme(), is_national_observer=True),
        "administrator": make_user(is_staff=True, is_superuser=True),
        "disabled": make_member(programme),
        "anonymous": None,
    }


def make_world(manager: User, made: dict[str, Any]) -> dict[str, Any]:
    """Make what the pages show besides, and return the keys of every address."""
    programme, activity = made["programmes"], made["activities"]
    milestone = make_milestone(activity=activity, responsible=made["users"])
    own = services.open_service_account(
        programme, name="Intranet", role="observer", partner=None, by=manager, at=NOON
    )
    message = make_message(activity=activity, programme=programme, now=NOON)
    feed, calendar = feeds.create(manager, at=NOON)
    delivery = _call(made["webhooks"], manager)
    upload.keep_upload(programme, name="plan.yaml", content=b"{}", by=manager, at=NOON)
    return {
        "activity": activity.pk,
        "condition": made["conditions"].pk,
        "milestone": milestone.pk,
        "request": made["data-requests"].pk,
        "value": made["measurements"].pk,
        "round": made["monitoring-rounds"].pk,
        "objective": made["objectives"].pk,
        "area": made["focus-areas"].pk,
        "document": _agreement(made["focus-areas"], manager).pk,
        "programme": programme.pk,
        "place": made["places"].pk,
        "partner": made["partners"].pk,
        "person": made["users"].pk,
        "hand_over": _hand_over(programme, made["users"], manager).pk,
        "view": SavedView.objects.create(
            user=manager, name="Mine", address="/?phase=x", saved_at=NOON
        ).pk,
        "evaluation": made["evaluations"].pk,
        "member": made["users"].memberships.get().pk,
        "account": own.pk,
        "account_token": ApiToken.objects.issue(own.user, "Web", at=NOON)[0].pk,
        "token": ApiToken.objects.issue(manager, "Power BI", at=NOON)[0].pk,
        "template": make_template(programme=programme).pk,
        "occasion": _occasion(programme).pk,
        "period": make_period(programme, "2026-07-01", "2026-07-31").pk,
        "address": _suppressed(made["users"]).pk,
        "message": message.pk,
        "login": UserSession.objects.create(
            user=manager, ip="127.0.0.1", session_key="none", created_at=NOON
        ).pk,
        "feed": feed.pk,
        "calendar": calendar,
        "webhook": made["webhooks"].pk,
        "call": delivery.pk,
        "mailing": subscriptions.token_for(made["users"], subscriptions.Mailing.DIGEST),
        "link": links.issue(milestone, to=made["users"], message=None, at=NOON),
        "answer": _answer(milestone, made["users"]).pk,
        "phase": made["phases"].pk,
        "job": _job(programme, manager).pk,
        **_monitoring(made, manager),
    }


def _monitoring(made: dict[str, Any], manager: User) -> dict[str, Any]:
    """Make what monitoring keeps besides rounds and values."""
    programme, year = made["programmes"], Period(date(2026, 1, 1), date(2026, 12, 31))
    days = {"starts_on": year.starts_on, "ends_on": year.ends_on}
    noted = {"noted_by": manager, "noted_at": NOON}
    return {
        "indicator": made["indicators"].pk,
        "target": made["indicators"]
        .targets.create(period_start=year.starts_on, period_end=year.ends_on, value=5)
        .pk,
        "reporting_period": programme.reporting_periods.create(name="2026", **days).pk,
        "late": services.allow_late_entry(
            programme, partner=None, until=TODAY, reason="Ferie", by=manager, at=NOON
        ).pk,
        "attendance": Attendance.objects.create(
            activity=made["activities"], held_on=TODAY, hours=2, **noted
        ).pk,
        "contribution": Contribution.objects.create(
            programme=programme,
            partner=made["partners"],
            kind="hours",
            title="Tid",
            promised=10,
            **days,
        ).pk,
        "grant": made["grants"].pk,
        "report": make_report(programme, "board", year, by=manager, at=NOON).pk,
    }


def _job(programme: Programme, manager: User) -> Job:
    return Job.objects.create(
        programme=programme, kind="bulk", by=manager, title="Mange", asked_at=NOON
    )


def _call(webhook: Any, manager: User) -> Any:
    return webhooks.ping(webhook, by=manager, at=NOON)


def _agreement(area: Any, manager: User) -> Any:
    return services.add_sub_agreement(
        area,
        valid_from=TODAY,
        document=SimpleUploadedFile("a.pdf", b"%PDF-1.7\n", "application/pdf"),
        url="",
        summary="",
        by=manager,
        at=NOON,
    )


def _hand_over(programme: Programme, leaver: User, manager: User) -> HandOver:
    return HandOver.objects.create(
        programme=programme, from_person=leaver, to_person=manager, by=manager, at=NOON
    )


def _occasion(programme: Programme) -> Occasion:
    return make_occasion(programme=programme)


def _suppressed(person: User) -> SuppressedAddress:
    return SuppressedAddress.objects.create(
        address=person.email, reason="550", suppressed_at=NOON
    )


def _answer(milestone: Any, person: User) -> Answer:
    answer = Answer(
        kind="milestone",
        object_id=milestone.pk,
        title=milestone.title,
        programme=milestone.programme,
        activity=milestone.activity,
        by=person,
        at=NOON,
        choice="done",
        file_name="bevis.pdf",
        due_on=milestone.due_on,
        undo_until=NOON,
    )
    answer.file.save("bevis.pdf", SimpleUploadedFile("bevis.pdf", b"%PDF-1.7\n"))
    return answer
