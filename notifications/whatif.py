"""Says which mails an edit would move, before anybody saves it.

The edit is really made and the engine really runs ahead, both on what is rolled back
afterwards: what is foretold is what saving would bring about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone

from notifications import rehearsal
from notifications.models import Reminder
from notifications.rehearsal import Rehearsal, Step
from notifications.shadow import rehearsing, undone
from rollout.models import Deadline, Membership, Partner, Programme, User

#: How many days are looked at in any case.
AHEAD_DAYS = 30
#: How many days are looked at after the latest date that the edit touches.
AFTER_DAYS = 14
#: By how much a mail can be put off for other causes: a quiet period and its holidays.
SLACK_DAYS = 45

_Key = tuple[str, int, int | None]


@dataclass(frozen=True)
class Change:
    """One reminder that the edit moves, adds or takes away."""

    #: As it would go out without the edit; None: it would not.
    before: Step | None
    #: As it goes out with the edit; None: it does not.
    after: Step | None
    #: Why it does not go out any more, as a code of ``wording.reason``; often empty.
    reason: str = ""

    @property
    def step(self) -> Step:
        """The reminder as it stands after the edit, else as it stood before."""
        step = self.after or self.before
        if step is None:
            raise ValueError("a change of nothing")
        return step

    @property
    def is_overdue(self) -> bool:
        """Whether it only goes out if nothing is done until the date."""
        return self.step.step > 0


@dataclass(frozen=True)
class LoadChange:
    """How many mails one person or one partner gets, without and with the edit."""

    of: User | Partner
    before: int
    after: int


@dataclass(frozen=True)
class Difference:
    """What an edit changes between two days, both included."""

    first: date
    last: date
    #: Who is named in a step, by key.
    names: Mapping[int, User]
    #: Everybody who gets a mail with or without the edit, the heaviest load first.
    people: list[LoadChange]
    #: The same for partners: the mails to all who act for them.
    partners: list[LoadChange] = field(default_factory=list)
    moved: list[Change] = field(default_factory=list)
    added: list[Change] = field(default_factory=list)
    gone: list[Change] = field(default_factory=list)

    @property
    def changes(self) -> list[Change]:
        """All changes in the order of their days."""
        every = [*self.moved, *self.added, *self.gone]
        return sorted(every, key=lambda one: (one.step.day, one.step.title))

    def __bool__(self) -> bool:
        """Whether any mail changes at all."""
        return bool(self.moved or self.added or self.gone)


def what_if(
    edit: Callable[[], object],
    *,
    now: datetime,
    programme: Programme,
    last: date | None = None,
) -> Difference:
    """Return which mails of a programme change if ``edit`` is made now.

    ``edit`` is whatever saving would call, as a function without arguments::

        difference = what_if(
            lambda: services.move_milestone(milestone, to=day, by=request.user),
            now=now,
            programme=milestone.programme,
        )
        for change in difference.moved:
            change.before.day, change.after.day, change.step.title

    It may change any number of dates, people or states. Nothing of it remains in the
    database; do not use the objects that it changed any further. What it raises
    (Invalid, NotAllowed, …) is raised here. While it is tried, the rows that it
    changes are locked; that takes about a second.

    Looks from today to ``last``; left out, to :data:`AFTER_DAYS` days after the latest
    date that changes, and at least :data:`AHEAD_DAYS` days ahead.
    """
    first = timezone.localdate(now)
    with rehearsing():
        dates = _dates(programme)
        with undone():
            edit()
            touched = _touched(dates, _dates(programme))
            last = last or _horizon(first, touched)
            # Beyond the last day, so that what is moved over it is seen to move.
            shift = max((abs(new - old) for old, new in touched), default=timedelta(0))
            end = last + shift + timedelta(days=SLACK_DAYS)
            after = rehearsal.run(now=now, first=first, last=end, programme=programme)
            reasons = _reasons(programme, now=now)
        before = rehearsal.run(now=now, first=first, last=end, programme=programme)
    return _difference(before, after, reasons, programme, last=last)


def _dates(programme: Programme) -> dict[str, date]:
    rows = Deadline.objects.filter(programme=programme)
    return dict(rows.values_list("key", "due_on"))


def _touched(
    before: Mapping[str, date], after: Mapping[str, date]
) -> list[tuple[date, date]]:
    """Return the old and new date of each deadline that moves, comes or goes."""
    pairs = []
    for key in before.keys() | after.keys():
        one = before.get(key, after.get(key))
        other = after.get(key, one)
        if one is not None and other is not None and before.get(key) != other:
            pairs.append((one, other))
    return pairs


def _horizon(first: date, touched: list[tuple[date, date]]) -> date:
    latest = max((max(pair) for pair in touched), default=first)
    return max(first + timedelta(days=AHEAD_DAYS), latest + timedelta(days=AFTER_DAYS))


def _reasons(programme: Programme, *, now: datetime) -> dict[_Key, str]:
    """Return why steps were decided not to go out; the newest decision counts."""
    decided = Reminder.objects.filter(programme=programme, changed_at__gte=now)
    return {
        (row.key, row.step, row.recipient_id): row.reason
        for row in decided.exclude(reason__in=["", "moved"]).order_by("pk")
    }


def _difference(
    before: Rehearsal,
    after: Rehearsal,
    reasons: Mapping[_Key, str],
    programme: Programme,
    *,
    last: date,
) -> Difference:
    old, new = dict(_going_out(before)), dict(_going_out(after))
    found = Difference(
        first=before.first,
        last=last,
        people=_loads(before, after, last=last),
        names=before.people | after.people,
    )
    for key in sorted(old.keys() | new.keys(), key=lambda key: _day(key, old, new)):
        one, other = old.get(key), new.get(key)
        if _day(key, old, new) > last:
            continue
        if one is None:
            found.added.append(Change(None, other))
        elif other is None:
            found.gone.append(Change(one, None, reasons.get(key, "")))
        elif one.day != other.day:
            found.moved.append(Change(one, other))
    found.partners.extend(_by_partner(found.people, programme))
    return found


def _going_out(rehearsal: Rehearsal) -> Iterator[tuple[_Key, Step]]:
    for mail in rehearsal.mails:
        for step in mail.steps:
            yield _key(step), step


def _key(step: Step) -> _Key:
    return step.key, step.step, step.recipient_id


def _day(key: _Key, old: Mapping[_Key, Step], new: Mapping[_Key, Step]) -> date:
    return min(steps[key].day for steps in (old, new) if key in steps)


def _loads(before: Rehearsal, after: Rehearsal, *, last: date) -> list[LoadChange]:
    counts = [
        Counter(mail.recipient.pk for mail in one.mails if mail.day <= last)
        for one in (before, after)
    ]
    people = before.people | after.people
    return _heaviest(
        LoadChange(people[pk], *(count[pk] for count in counts))
        for pk in counts[0].keys() | counts[1].keys()
    )


def _by_partner(people: list[LoadChange], programme: Programme) -> list[LoadChange]:
    """Add up the loads of those who act for the same partner."""
    acting = {
        membership.user_id: membership.partner
        for membership in Membership.objects.filter(
            programme=programme, user__in=[load.of.pk for load in people]
        ).select_related("partner")
    }
    sums: dict[Partner, LoadChange] = {}
    for load in people:
        partner = acting.get(load.of.pk)
        if partner is not None:
            so_far = sums.get(partner, LoadChange(partner, 0, 0))
            sums[partner] = LoadChange(
                partner, so_far.before + load.before, so_far.after + load.after
            )
    return _heaviest(sums.values())


def _heaviest(loads: Iterable[LoadChange]) -> list[LoadChange]:
    return sorted(loads, key=lambda one: (-one.after, -one.before, one.of.name))
