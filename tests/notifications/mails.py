"""Every kind of mail in both languages, made from one small programme on fixed days.

`docs/mails/` holds what comes out; `make mails` writes it anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction

from notifications import (
    account_letters,
    answering,
    bounces,
    compose,
    deciding,
    invitations,
    links,
    planner,
    questions,
    telling,
    webhooks,
)
from notifications.answering import Said
from notifications.bounces import Report
from notifications.email import Letter
from notifications.models import (
    Answer,
    Choice,
    Message,
    OffReason,
    Purpose,
    Returned,
    Webhook,
)
from rollout import services
from rollout.models import Activity, Aspect, Language, Nudge, ReminderMode, Role, User
from tests.environment import ROOT
from tests.factories import (
    make_activity,
    make_focus_area,
    make_indicator,
    make_initiative,
    make_meeting,
    make_member,
    make_milestone,
    make_objective,
    make_partner,
    make_place,
    make_programme,
    make_request,
    make_round,
)
from tests.notifications.factories import at, letter_of, make_ladder
from workflows.engine import perform

FOLDER = ROOT / "docs" / "mails"
#: What differs from run to run: keys in addresses, and tokens.
_CHANGING = (
    (re.compile(r"/(activities|answers|reports|webhooks)/\d+"), r"/\1/1"),
    (re.compile(r"#milestone-\d+"), "#milestone-1"),
    (re.compile(r"/(answer|mails)/[-\w…]+/"), r"/\1/…/"),
)


@dataclass(frozen=True)
class Shown:
    """One mail as the documentation shows it."""

    name: str
    language: str
    letter: Letter

    @property
    def text(self) -> str:
        """The headers that matter, and the text."""
        letter = self.letter
        heads = [
            f"From: {letter.sender}",
            f"Reply-To: {letter.reply_to}" if letter.reply_to else "",
            f"To: {letter.to}",
            f"Subject: {letter.subject}",
            f"List-Unsubscribe: <{letter.unsubscribe_url}>"
            if letter.unsubscribe_url
            else "",
            "Attachment: deadline.ics" if letter.calendar else "",
        ]
        return _fixed("\n".join([*filter(None, heads), "", letter.text]))

    @property
    def html(self) -> str:
        """The HTML part."""
        return _fixed(self.letter.html)

    def files(self) -> dict[Path, str]:
        """Return the files that hold it, with what belongs into them."""
        stem = f"{self.name}.{self.language}"
        return {FOLDER / f"{stem}.txt": self.text, FOLDER / f"{stem}.html": self.html}


def _fixed(text: str) -> str:
    for pattern, instead in _CHANGING:
        text = pattern.sub(instead, text)
    return text


class Stage:
    """A small programme with invented people, in which every mail comes about."""

    def __init__(self) -> None:
        self.programme = make_programme(name="Boligsocial helhedsplan")
        self.manager = self._member(Role.MANAGER, "Eksempel Leder", "leder")
        self.coordinator = self._member(
            Role.COORDINATOR, "Eksempel Koordinator", "koordinator"
        )
        self.partner = make_partner(programme=self.programme)
        self.contact = self._member(
            Role.PARTNER, "Eksempel Kontakt", "kontakt", partner=self.partner
        )
        self.colleague = self._member(
            Role.PARTNER, "Eksempel Kollega", "kollega", partner=self.partner
        )
        area = make_focus_area(programme=self.programme)
        place = make_place(
            programme=self.programme, name="Vildtbanegård I", requires_readiness=True
        )
        self.activity = make_activity(
            initiative=make_initiative(focus_area=area, name="Fritidsjobforløb"),
            place=place,
            state=Activity.State.IN_CLARIFICATION,
            responsible_partner=self.partner,
            responsible=self.contact,
        )
        self.area = area
        self.clear()

    def _member(self, role: str, name: str, mailbox: str, **fields: object) -> User:
        return make_member(
            self.programme,
            role,
            name=name,
            email=f"{mailbox}@example.org",
            **fields,  # type: ignore[arg-type]
        )

    def clear(self) -> None:
        """Let nothing be on its way."""
        planner.run(now=at("2026-03-04"))
        Message.objects.filter(state="pending").update(state="obsolete")

    def milestone(self, title: str, due_on: str, **fields: object) -> object:
        """Add a milestone of the contact's."""
        return make_milestone(
            activity=self.activity,
            title=title,
            due_on=date.fromisoformat(due_on),
            **{"responsible": self.contact, "before_launch": True} | fields,
        )

    def letter(self, kind: str, now: datetime, to: User) -> Letter:
        """Return the newest mail of a kind to a person, written."""
        message = Message.objects.filter(kind=kind, recipient=to).latest("pk")
        return letter_of(message, now)


def every_mail() -> Iterator[Shown]:
    """Yield every mail in both languages."""
    for make in _SCENES:
        for language in Language.values:
            # Each scene begins with an empty programme, and leaves nothing behind.
            with transaction.atomic():
                stage = Stage()
                User.objects.update(language=language)
                letters = list(make(stage))
                transaction.set_rollback(True)
            for name, letter in letters:
                yield Shown(name, language, letter)


def _reminders(stage: Stage) -> Iterator[tuple[str, Letter]]:
    stage.milestone("Lokale er fundet", "2026-04-15")
    compose.remind(now=at("2026-04-08"))
    yield "reminder", stage.letter("reminder", at("2026-04-08"), stage.contact)
    Message.objects.update(state="sent", sent_at=at("2026-04-08"))
    compose.remind(now=at("2026-04-22"))
    yield "overdue", stage.letter("reminder", at("2026-04-22"), stage.contact)


def _several(stage: Stage) -> Iterator[tuple[str, Letter]]:
    stage.milestone("Lokale er fundet", "2026-04-15")
    stage.milestone("Aftale med foreninger er underskrevet", "2026-04-29")
    compose.remind(now=at("2026-04-22"))
    yield "reminders", stage.letter("reminder", at("2026-04-22"), stage.contact)


def _digest(stage: Stage) -> Iterator[tuple[str, Letter]]:
    User.objects.update(reminder_mode=ReminderMode.DIGEST)
    stage.milestone("Plan for opstarten er lagt", "2026-04-08")
    stage.milestone("Lokale er fundet", "2026-04-22")
    stage.milestone("Aftale med foreninger er underskrevet", "2026-05-12")
    planner.run(now=at("2026-04-20"))
    yield "digest", stage.letter("digest", at("2026-04-20"), stage.contact)


def _escalation(stage: Stage) -> Iterator[tuple[str, Letter]]:
    ladder = make_ladder(stage.programme, 0)
    ladder.steps.create(offset_days=10, audience="coordinator")
    stage.milestone("Lokale er fundet", "2026-04-15")
    compose.remind(now=at("2026-04-15"))
    Message.objects.update(state="sent", sent_at=at("2026-04-15"))
    compose.remind(now=at("2026-04-29"))
    yield "escalation", stage.letter("reminder", at("2026-04-29"), stage.coordinator)


def _number(stage: Stage) -> Iterator[tuple[str, Letter]]:
    indicator = make_indicator(objective=make_objective(focus_area=stage.area))
    asked = make_round(
        programme=stage.programme, state="agreed", title="Halvårsstatus 2026"
    )
    make_request(
        indicator=indicator,
        round=asked,
        place=stage.activity.place,
        partner=stage.partner,
        responsible=stage.contact,
        last_value=34,
        last_period_end=date(2025, 12, 31),
    )
    # Ladders without steps: months have passed, and nothing is to be nudged about.
    for nudge in Nudge.values:
        make_ladder(stage.programme, kind=nudge)
    compose.remind(now=at("2026-08-07"))
    yield "data_request", stage.letter("reminder", at("2026-08-07"), stage.contact)


def _answers(stage: Stage) -> Iterator[tuple[str, Letter]]:
    milestone = stage.milestone("Lokale er fundet", "2026-04-15")
    now = at("2026-04-08")
    said = Said(
        Choice.MORE_TIME, note="Udlejer svarer efter påske", new_due_on=date(2026, 5, 6)
    )
    token = links.issue(milestone, to=stage.contact, message=None, at=now)  # type: ignore[arg-type]
    answering.answer(links.digest_of(token or ""), said, at=now)
    yield "receipt", stage.letter("receipt", now, stage.contact)
    yield "answer", stage.letter("answer", now, stage.coordinator)
    decided = links.issue(
        milestone,  # type: ignore[arg-type]
        to=stage.coordinator,
        message=None,
        at=now,
        purpose=Purpose.DECIDE,
        answer=Answer.objects.get(),
    )
    deciding.decide_by_link(links.digest_of(decided or ""), accept=True, at=now)
    yield "decision", stage.letter("decision", now, stage.contact)


def _handed_over(stage: Stage) -> Iterator[tuple[str, Letter]]:
    milestone = stage.milestone("Lokale er fundet", "2026-04-15")
    now = at("2026-04-08")
    token = links.issue(milestone, to=stage.contact, message=None, at=now)  # type: ignore[arg-type]
    said = Said(Choice.NOT_MINE, colleague=stage.colleague)
    answering.answer(links.digest_of(token or ""), said, at=now)
    yield "handed_over", stage.letter("handed_over", now, stage.colleague)


def _responsible(stage: Stage) -> Iterator[tuple[str, Letter]]:
    stage.milestone("Lokale er fundet", "2026-04-15", responsible=None)
    services.assign_responsible(
        stage.activity, responsible=stage.colleague, by=stage.manager
    )
    now = at("2026-03-05")
    planner.run(now=now)
    planner.run(now=now + timedelta(minutes=11))
    yield "responsible", stage.letter("responsible", now, stage.colleague)


def _launch(stage: Stage) -> Iterator[tuple[str, Letter]]:
    now = at("2026-03-05")
    for aspect in Aspect:
        services.set_readiness(
            stage.activity, aspect, is_met=True, by=stage.manager, at=now
        )
    planner.run(now=now)
    yield "ready", stage.letter("ready", now, stage.coordinator)
    perform(stage.activity, "launch", by=stage.manager, at=now)
    yield "transition", stage.letter("transition", now, stage.contact)


def _overviews(stage: Stage) -> Iterator[tuple[str, Letter]]:
    stage.milestone("Plan for opstarten er lagt", "2026-04-08")
    stage.milestone("Lokale er fundet", "2026-04-29")
    make_meeting(programme=stage.programme, held_on=date(2026, 4, 30))
    planner.run(now=at("2026-04-20"))
    yield "summary", stage.letter("summary", at("2026-04-20"), stage.manager)
    planner.run(now=at("2026-04-23"))
    yield "meeting", stage.letter("meeting", at("2026-04-23"), stage.manager)


def _question(stage: Stage) -> Iterator[tuple[str, Letter]]:
    stage.milestone("Lokale er fundet", "2026-04-15")
    now = at("2026-04-08")
    found = questions.questions_about(stage.activity, by=stage.coordinator, at=now)
    asked = next(one for one in found if one.reasons[0].code == "milestone_open")
    questions.ask(
        stage.activity,
        to=asked.to.pk,
        about=asked.about,
        by=stage.coordinator,
        at=now,
        note="Kan I nå det inden påske?",
    )
    yield "question", stage.letter("question", now, stage.contact)


def _failures(stage: Stage) -> Iterator[tuple[str, Letter]]:
    stage.milestone("Lokale er fundet", "2026-04-15")
    now = at("2026-04-08")
    planner.run(now=now)
    sent = Message.objects.filter(recipient=stage.contact).latest("pk")
    report = Report(
        Returned.HARD, "example", now, "5.1.1", "550 5.1.1 User unknown in local table"
    )
    bounces.take_in(report, sent, now=now)
    planner.run(now=now)
    yield "bounce", stage.letter("bounce", now, stage.coordinator)
    Message.objects.filter(pk=sent.pk).update(
        state="dead", last_error="552 5.3.4 Message size exceeds fixed limit"
    )
    User.objects.filter(pk=stage.manager.pk).update(is_staff=True)
    planner.run(now=now)
    yield "failures", stage.letter("failures", now, stage.manager)


def _webhook(stage: Stage) -> Iterator[tuple[str, Letter]]:
    now = at("2026-04-22")
    webhook, _key = webhooks.subscribe(
        stage.programme,
        url="https://intranet.example.org/rollout",
        event_types=["activities.*"],
        description="Intranettet",
        by=stage.manager,
        at=now - timedelta(days=8),
    )
    since = now - timedelta(days=7)
    Webhook.objects.filter(pk=webhook.pk).update(failures=8, failing_since=since)
    telling.switch_off(webhook, OffReason.FAILURES, at=now)
    yield "webhook_off", stage.letter("webhook_off", now, stage.manager)


def _getting_in(stage: Stage) -> Iterator[tuple[str, Letter]]:
    now = at("2026-04-08")
    stage.contact.memberships.update(invited_at=now, invited_by=stage.manager)
    invitations.invite(now=now)
    yield "invitation", stage.letter("invitation", now, stage.contact)
    stage.contact.refresh_from_db()
    code = account_letters.login_code(stage.contact, code="K7XW-PQ4D", minutes=10)
    yield "login_code", code
    url = f"{settings.BASE_URL}/accounts/password/reset/key/…/"
    yield "new_password", account_letters.new_password(stage.contact, url=url)


_SCENES = (
    _reminders,
    _several,
    _digest,
    _escalation,
    _number,
    _answers,
    _handed_over,
    _responsible,
    _launch,
    _overviews,
    _question,
    _failures,
    _webhook,
    _getting_in,
)
