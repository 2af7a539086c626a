"""Describes deadlines the way mails speak of them, several at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from notifications import answer_letters, email, wording
from notifications.answer_letters import NO_LINK, Linked
from notifications.facts import Facts, Source
from notifications.models import (
    Answer,
    Audience,
    MessageState,
    Reminder,
    WhyRecipient,
)
from rollout import answers
from rollout.addresses import in_full
from rollout.masking import text_for_others
from rollout.models import (
    Activity,
    DataRequest,
    DeadlineKind,
    Milestone,
    Nudge,
)
from rollout.templatetags.dates import age


@dataclass(frozen=True)
class Item:
    """One deadline as a mail speaks of it. Texts depend on the active language."""

    kind: str
    object_id: int
    title: str
    due_on: date
    today: date
    #: Working days until the due date; negative when it has passed.
    working_days: int
    activity: Activity | None
    #: The milestone, request or decision itself, where the text says more of it.
    source: Source | None
    partner_name: str
    why: str
    #: In whose place the reader is told.
    principal_name: str
    path: str
    is_example: bool
    #: Whether the reader is asked because nothing was heard from who is responsible.
    is_escalated: bool = False
    #: Who was asked before, and when; empty where nobody was.
    asked: str = ""
    #: Whose answer waits for a decision; empty where none does.
    answered: str = ""
    #: Of a number: what was reported last, in words; empty where nothing was.
    last_value: str = ""
    #: Who is asked next if nothing is heard, from which day, and why that person.
    asks_name: str = ""
    asks_on: date | None = None
    asks_why: str = ""
    #: How often its due date was moved, as far as the ledger knows.
    moves: int = 0
    #: Where the reader can answer without an account.
    answer: Linked = NO_LINK

    @property
    def is_nudge(self) -> bool:
        """Whether nothing falls due: somebody should look again."""
        return self.kind in Nudge.values

    @property
    def is_overdue(self) -> bool:
        """Whether the due date has passed."""
        return self.due_on < self.today and not self.is_nudge

    @property
    def is_today(self) -> bool:
        """Whether it is due today."""
        return self.due_on == self.today

    @property
    def thing(self) -> str:
        """What it is, such as “the milestone”."""
        return str(wording.THING[self.kind])

    @property
    def day(self) -> str:
        """The due date in words, with its week."""
        return wording.day_and_week(self.due_on, on=self.today)

    @property
    def plain_day(self) -> str:
        """The due date in words, where its week is told already."""
        return wording.day(self.due_on, on=self.today)

    @property
    def week(self) -> str:
        """The week of the due date, as “week 16”."""
        return wording.week(self.due_on)

    @property
    def asks_day(self) -> str:
        """The day on which others are asked, in words; empty where nobody is."""
        return wording.day(self.asks_on, on=self.today) if self.asks_on else ""

    @property
    def when(self) -> str:
        """The beginning of a sentence: “In five working days”."""
        return wording.when(self.due_on, on=self.today, working_days=self.working_days)

    @property
    def since(self) -> str:
        """How long it has been due: “five working days ago”."""
        return wording.since(-self.working_days)

    @property
    def place(self) -> str:
        """The activity and where it is carried out; empty where there is none."""
        return wording.in_place(self.activity) if self.activity else ""

    @property
    def belongs_to(self) -> str:
        """Where it belongs, in a few words: its activity or round, else what it is."""
        if isinstance(self.source, DataRequest):
            return answer_letters.place_of(self.source)
        return self.place or self.thing[:1].upper() + self.thing[1:]

    @property
    def period(self) -> str:
        """Of a number: the period that it is asked for."""
        if not isinstance(self.source, DataRequest):
            return ""
        asked = self.source.period
        return wording.period(asked.starts_on, asked.ends_on)

    @property
    def quoted_title(self) -> str:
        """The title in plain text, in quotation marks; a funder's name without."""
        return self.title if self.kind == DeadlineKind.GRANT else f"“{self.title}”"

    @property
    def strong_title(self) -> SafeString:
        """The title as HTML with emphasis."""
        return format_html("<strong>{}</strong>", self.title)

    @property
    def strong_place(self) -> SafeString:
        """The place as HTML with emphasis."""
        return format_html("<strong>{}</strong>", self.place)

    @property
    def url(self) -> str:
        """The page, on the public address; the link to answer where there is one."""
        return self.answer.url or self.page_url

    @property
    def key(self) -> str:
        """The deadline, as the view names it."""
        return f"{self.kind}:{self.object_id}"

    @property
    def page_url(self) -> str:
        """The page, on the public address, for who can log in."""
        return in_full(self.path)


def items_of(reminders: Iterable[Reminder], facts: Facts) -> list[Item]:
    """Describe each deadline once, the longest overdue first."""
    newest: dict[str, Reminder] = {}
    for reminder in reminders:
        if reminder.key not in newest or newest[reminder.key].step < reminder.step:
            newest[reminder.key] = reminder
    asked = _asked(newest.values(), facts.today)
    answered = _answered(newest.values())
    ordered = sorted(newest.values(), key=lambda r: (r.due_on, r.pk))
    return [
        _item(
            reminder,
            facts,
            asked=asked.get(reminder.key, ""),
            answered=answered.get(reminder.key, ""),
        )
        for reminder in ordered
    ]


def _item(reminder: Reminder, facts: Facts, *, asked: str, answered: str) -> Item:
    deadline = facts.deadlines.get(reminder.key)
    source = facts.sources.get(reminder.key)
    partner = deadline.partner if deadline else None
    return Item(
        kind=reminder.kind,
        object_id=reminder.object_id,
        title=email.one_line(deadline.title if deadline else reminder.title),
        due_on=reminder.due_on,
        today=facts.today,
        working_days=facts.working_days[reminder.programme_id, reminder.due_on],
        moves=len({*facts.due_days.get(reminder.key, ()), reminder.due_on}) - 1,
        activity=reminder.activity,
        source=source,
        partner_name=partner.name if partner else "",
        why=reminder.why,
        principal_name=(
            reminder.principal.name
            if reminder.principal and reminder.is_deputised
            else ""
        ),
        path=_path(reminder, source),
        is_example=reminder.is_example,
        is_escalated=_is_escalated(reminder),
        asked=asked,
        answered=answered,
        last_value=(
            _last_value(source, facts.today) if isinstance(source, DataRequest) else ""
        ),
        asks_name=reminder.escalates_to.name if reminder.escalates_to else "",
        asks_on=reminder.escalates_on if reminder.escalates_to else None,
        asks_why=reminder.escalates_why,
    )


def _asked(reminders: Iterable[Reminder], today: date) -> dict[str, str]:
    """Say, for each deadline that others are asked about, who was asked before."""
    wanted = Q()
    readers = {r.key: r.recipient_id for r in reminders if _is_escalated(r)}
    for reminder in reminders:
        if reminder.key in readers:
            wanted |= Q(
                kind=reminder.kind, object_id=reminder.object_id, due_on=reminder.due_on
            )
    if not readers:
        return {}
    sent = (
        Reminder.objects.filter(wanted, message__state=MessageState.SENT)
        .select_related("recipient", "message")
        .order_by("message__sent_at")
    )
    last: dict[str, dict[str, str]] = {}
    for row in sent:
        at = row.message.sent_at if row.message else None
        if row.recipient_id != readers[row.key] and row.recipient and at:
            day = wording.day(timezone.localdate(at), on=today)
            last.setdefault(row.key, {})[row.recipient.name] = day
    return {
        key: wording.listed(f"{name} ({day})" for name, day in people.items())
        for key, people in last.items()
    }


def _answered(reminders: Iterable[Reminder]) -> dict[str, str]:
    """Say, for each deadline that others are asked about, whose answer waits."""
    wanted = Q()
    for reminder in filter(_is_escalated, reminders):
        wanted |= Q(kind=reminder.kind, object_id=reminder.object_id)
    if not wanted:
        return {}
    found = Answer.objects.filter(wanted).waiting().select_related("by")
    return {f"{one.kind}:{one.object_id}": one.by.name for one in found if one.by}


def _is_escalated(reminder: Reminder) -> bool:
    return reminder.audience != Audience.RESPONSIBLE


def _last_value(request: DataRequest, today: date) -> str:
    """Say what was reported last, as anybody may see it: a mail gets about."""
    last = answers.last_of(request)
    if last is None:
        return ""
    told = email.one_line(text_for_others(last.value, request.indicator))
    return f"{told} ({age(last.period_end, today)})" if last.period_end else told


def _path(reminder: Reminder, source: Source | None) -> str:
    if isinstance(source, Milestone):
        return source.get_absolute_url()
    if reminder.activity is not None:
        return reminder.activity.get_absolute_url()
    if reminder.why == WhyRecipient.RESPONSIBLE:
        # A round, a number: it has no page of its own, and stands among one's own.
        return reverse("rollout:my_work")
    return reverse("rollout:overview")
