"""What the pages about rounds show: the plan of rounds, and one with its numbers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import cached_property

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from rollout.masking import value_text
from rollout.models import (
    DataRequest,
    Measurement,
    MeasurementStatus,
    MonitoringRound,
    Programme,
    User,
)
from rollout.services import Tally, is_on_time, tallies
from rollout.templatetags.dates import age
from rollout.web.choices import Choice, choices_of
from rollout.web.forms import TransitionForm
from rollout.web.refusals import PageWithForms, Trouble
from rollout.web.sheets import Cell, Sheet


def _requests(user: User) -> Prefetch[str]:
    rows = (
        DataRequest.objects.visible_to(user)
        .select_related(
            "round__programme",
            "indicator__objective__focus_area__programme",
            "place",
            "partner",
            "responsible",
            "answering__measurement__indicator__objective__focus_area__programme",
        )
        .order_by("partner__name", "indicator__name", "place__name", "pk")
    )
    return Prefetch("data_requests", rows)


def sheet_of_rounds(programme: Programme, user: User, *, on: date) -> Sheet:
    """Return the rounds that a person sees, with what has come in."""
    sheet = Sheet(
        _("Rounds"),
        [
            _("Round"),
            _("Period"),
            _("Due on"),
            _("State"),
            _("Asked"),
            _("Received"),
            _("On time"),
        ],
    )
    rounds = (
        MonitoringRound.objects.visible_to(user)
        .filter(programme=programme)
        .prefetch_related(_requests(user))
    )
    for one in rounds:
        counts = tallies(one.data_requests.all())
        asked = sum(each.expected for each in counts)
        received = sum(each.received for each in counts)
        is_open = one.state in {"expected", "agreed"}
        sheet.add(
            Cell(
                one.title,
                reverse("rollout:round", args=[one.pk]),
                note=one.get_kind_display(),
                is_example=one.is_example,
            ),
            str(one.period),
            Cell(one.due_on, is_late=is_open and one.due_on < on),
            one.get_state_display(),
            asked,
            received,
            sum(each.on_time for each in counts),
        )
    return sheet


class RoundPage(PageWithForms):
    """One round as one person sees it at one moment."""

    def __init__(
        self, pk: int, *, user: User, at: datetime, trouble: Trouble | None = None
    ) -> None:
        """Read the round. Raises Http404 for one that the person may not see."""
        self.user, self.at, self.trouble = user, at, trouble
        visible = MonitoringRound.objects.visible_to(user)
        self.round = get_object_or_404(
            visible.select_related("programme", "responsible").prefetch_related(
                _requests(user), "history__by"
            ),
            pk=pk,
        )

    @cached_property
    def requests(self) -> list[DataRequest]:
        """The numbers asked for, as far as the person sees them."""
        return list(self.round.data_requests.all())

    @cached_property
    def choices(self) -> list[Choice]:
        """What can be done with the round, possible or not; nothing for who may not."""
        found = choices_of(self, self.round, TransitionForm, by=self.user, at=self.at)
        may = "rollout.run_monitoring"
        return found if self.user.has_perm(may, self.round) else []

    @cached_property
    def tallies(self) -> list[Tally]:
        """How each partner stands."""
        return tallies(self.requests)

    @property
    def sheet(self) -> Sheet:
        """The numbers, each with where it stands."""
        columns = (_("Number"), _("Place"), _("Period"), _("Partner"), _("Due on"))
        sheet = Sheet(
            self.round.title,
            [*columns, _("Last time"), _("Value"), _("Status"), _("On time")],
        )
        for one in self.requests:
            sheet.add(*self._row(one))
        return sheet

    def _row(self, one: DataRequest) -> Iterable[Cell | str | date | None]:
        value = one.measurement
        is_delivered = value is not None and value.status in {
            MeasurementStatus.SUBMITTED,
            MeasurementStatus.APPROVED,
        }
        page = ""
        if value is not None:
            page = reverse("rollout:value", args=[value.pk])
        elif self.user.has_perm("rollout.deliver_value", one):
            page = reverse("rollout:request", args=[one.pk])
        yield Cell(str(one), page, is_example=one.is_example)
        yield str(one.place) if one.place else _("all places")
        yield str(one.period)
        yield str(one.responsible or one.partner or "")
        is_late = not is_delivered and one.due_on < timezone.localdate(self.at)
        yield Cell(one.due_on, is_late=is_late)
        yield _last(one, self.user, on=timezone.localdate(self.at))
        yield _value(value, self.user, on=timezone.localdate(self.at))
        yield value.get_status_display() if value is not None else _("not answered")
        yield _on_time(one)


def _last(one: DataRequest, user: User, *, on: date) -> Cell:
    note = age(one.last_period_end, on) if one.last_period_end else ""
    return Cell(value_text(one.last_value, one, user), note=note)


def _value(value: Measurement | None, user: User, *, on: date) -> Cell | None:
    if value is None:
        return None
    return Cell(value_text(value.value, value, user), note=age(value.period_end, on))


def _on_time(one: DataRequest) -> str:
    value = one.measurement
    if value is None or value.submitted_at is None:
        return ""
    return _("yes") if is_on_time(value.submitted_at, one.due_on) else _("no")
