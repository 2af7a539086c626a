"""What who is asked for something may do about it: deliver, hand over, ask for time.

Every function takes who (``by``) and when (``at``), checks permission, and raises
:class:`workflows.engine.NotAllowed` when the person may not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from rollout.masking import value_text
from rollout.models import (
    DataRequest,
    Deadline,
    DeadlineKind,
    Measurement,
    MeasurementStatus,
    Membership,
    Milestone,
    Partner,
    User,
)
from rollout.models.protection import lock_values
from rollout.services import (
    Invalid,
    check_enterable,
    check_version,
    keep_correction,
    require,
)
from rollout.templatetags.dates import age

#: What somebody can be asked for and answer without an account.
Asked = Milestone | DataRequest

#: How many times the last value makes a value worth asking about.
SURPRISING = 10


@dataclass(frozen=True)
class Before:
    """What a delivery replaced, so that it can be taken back."""

    status: str
    value: str

    @classmethod
    def of(cls, measurement: Measurement | None) -> Before:
        """Remember a measurement, or that there was none."""
        if measurement is None:
            return cls("", "")
        return cls(measurement.status, str(measurement.value))


@dataclass(frozen=True)
class Last:
    """What was reported the last time."""

    value: Decimal
    #: The last day of its period; None where that is not known.
    period_end: date | None


def last_of(request: DataRequest) -> Last | None:
    """Return what was reported last for what is asked; None for nothing."""
    if request.last_value is not None:
        return Last(request.last_value, request.last_period_end)
    found = request.indicator.newest_value(request.place)
    return Last(found.value, found.period_end) if found else None


def last_text(request: DataRequest, *, to: User | None, on: date) -> str:
    """Return that in words as a person may see it, with its age; empty for nothing."""
    last = last_of(request)
    if last is None:
        return ""
    value = value_text(last.value, request, to)
    return f"{value} ({age(last.period_end, on)})" if last.period_end else value


def is_surprising(value: Decimal, last: Decimal | None) -> bool:
    """Say whether a value is ten times the last one or more, or a tenth or less."""
    if not last:
        return False
    return abs(value) >= abs(last) * SURPRISING or abs(value) * SURPRISING <= abs(last)


def doubt(value: Decimal, request: DataRequest) -> str:
    """Return what to ask about a value far from the last one; empty if it is not."""
    found = last_of(request)
    last = found.value if found else None
    if last is None or not is_surprising(value, last):
        return ""
    return _("Last time it was %(last)s, now it is %(value)s. Is that right?") % {
        "last": f"{last.normalize():f}",
        "value": f"{value.normalize():f}",
    }


@transaction.atomic
def deliver_value(
    request: DataRequest,
    value: Decimal,
    *,
    by: User,
    at: datetime,
    comment: str = "",
    expected_version: int | None = None,
) -> Before:
    """Submit the value that is asked for; return what it replaces.

    It answers the requests of all rounds for the same number. Raises Stale if the
    request was changed since ``expected_version``, and Invalid once the value has been
    submitted or approved.
    """
    require(by, "rollout.deliver_value", request)
    lock_values(request.indicator_id)
    asked = DataRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    check_version(asked, expected_version)
    found = asked.measurement
    if found is not None and found.status in {
        MeasurementStatus.SUBMITTED,
        MeasurementStatus.APPROVED,
    }:
        raise Invalid(_("The number has already been delivered."))
    check_enterable(
        *(asked.indicator, asked.period),
        partner=asked.partner_id,
        on=timezone.localdate(at),
    )
    before = Before.of(found)
    if found is not None and found.status == MeasurementStatus.RETURNED:
        reason = found.returned_reason
        keep_correction(found, value, reason=reason, by=by, at=at)
    measurement = found or Measurement(
        indicator=asked.indicator,
        place=asked.place,
        period_start=asked.period.starts_on,
        period_end=asked.period.ends_on,
        is_example=asked.is_example,
    )
    if not Measurement.objects.filter(data_request=asked).exists():
        measurement.data_request = asked
    measurement.value = value
    measurement.status = MeasurementStatus.SUBMITTED
    measurement.submitted_by = by
    measurement.submitted_at = at
    if comment:
        measurement.comment = comment
    measurement.save()
    return before


@transaction.atomic
def withdraw_value(request: DataRequest, before: Before, *, by: User) -> None:
    """Take a submitted value back; it stays as a draft or as what it was.

    Raises Invalid once somebody has approved or returned it.
    """
    require(by, "rollout.deliver_value", request)
    lock_values(request.indicator_id)
    measurement = (
        Measurement.objects.select_for_update(of=("self",))
        .filter(answers__request=request, status=MeasurementStatus.SUBMITTED)
        .first()
    )
    if measurement is None:
        raise Invalid(_("The number has been dealt with in the meantime."))
    measurement.status = before.status or MeasurementStatus.DRAFT
    if before.value:
        measurement.value = Decimal(before.value)
    measurement.submitted_by = None
    measurement.submitted_at = None
    measurement.save()


def partner_of(person: User, asked: Asked) -> Partner | None:
    """Return the partner for which a person acts in the programme that asks."""
    membership = person.memberships.filter(programme=asked.programme).first()
    return membership.partner if membership else None


def colleagues(person: User, asked: Asked) -> QuerySet[User]:
    """Return who else acts for the same partner in the programme that asks."""
    partner = partner_of(person, asked)
    if partner is None:
        nobody: QuerySet[User] = User.objects.none()
        return nobody
    members = Membership.objects.filter(programme=asked.programme, partner=partner)
    found: QuerySet[User] = User.objects.filter(
        pk__in=members.values("user"), is_active=True, is_service=False
    ).exclude(pk=person.pk)
    return found


@transaction.atomic
def hand_over(asked: Asked, *, to: User, by: User) -> dict[str, Any]:
    """Make a colleague at the same partner responsible; return who was before.

    Raises Invalid for a person who does not act for the same partner.
    """
    require(by, "rollout.answer_deadline", asked)
    if not colleagues(by, asked).filter(pk=to.pk).exists():
        raise Invalid(_("Choose a colleague at the same partner."))
    before = {
        "responsible": asked.responsible_id,
        "partner": getattr(asked, _partner_field(asked) + "_id"),
    }
    _make_responsible(asked, to.pk, getattr(partner_of(by, asked), "pk", None))
    return before


@transaction.atomic
def take_back(asked: Asked, before: dict[str, Any], *, given_to: User | None) -> None:
    """Undo a hand-over. Raises Invalid once somebody else was made responsible."""
    if given_to is None or asked.responsible_id != given_to.pk:
        raise Invalid(_("Somebody else has been made responsible in the meantime."))
    _make_responsible(asked, before["responsible"], before["partner"])


def _partner_field(asked: Asked) -> str:
    return "responsible_partner" if isinstance(asked, Milestone) else "partner"


def _make_responsible(asked: Asked, person: int | None, partner: int | None) -> None:
    field = _partner_field(asked)
    asked.responsible_id = person
    setattr(asked, f"{field}_id", partner)
    asked.save(update_fields=["responsible", field])


def check_new_date(asked: Asked, due_on: date, *, on: date) -> None:
    """Raise Invalid for a date on which nothing more can be due."""
    if due_on <= on:
        raise Invalid(_("The new date must lie ahead."))
    if asked.due_on is not None and due_on <= asked.due_on:
        raise Invalid(_("The new date must be later than the present one."))
    if due_on > asked.programme.ends_on:
        raise Invalid(_("The programme has ended by then."))


@transaction.atomic
def move_due_date(asked: Asked, due_on: date, *, by: User) -> None:
    """Give more time.

    Raises Invalid for what was moved since ``asked`` was read, or is open no more.
    """
    require(by, decides_permission(asked), asked)
    model = type(asked)
    model.objects.select_for_update(of=("self",)).get(pk=asked.pk)
    open_now = Deadline.objects.filter(kind=kind_of(asked), object_id=asked.pk)
    fresh = open_now.first()
    if fresh is None:
        raise Invalid(_("It has been dealt with in the meantime."))
    if fresh.due_on != asked.due_on:
        raise Invalid(_("The date has been moved in the meantime."))
    asked.due_on = due_on
    asked.save(update_fields=["due_on"])


#: The permission of those who decide on what is asked, by its kind.
DECIDES = {
    DeadlineKind.MILESTONE: "rollout.edit_activity",
    DeadlineKind.DATA_REQUEST: "rollout.run_monitoring",
}


def kind_of(asked: Asked) -> DeadlineKind:
    """Return the kind under which the deadline view lists it."""
    if isinstance(asked, Milestone):
        return DeadlineKind.MILESTONE
    return DeadlineKind.DATA_REQUEST


def decides_permission(asked: Asked) -> str:
    """Return the permission of those who decide on what is asked."""
    return DECIDES[kind_of(asked)]
