"""What people fill in about rounds and the values that come in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rollout.models import (
    MonitoringRound,
    Partner,
    Programme,
    Recurrence,
    RoundKind,
    User,
)
from rollout.services import RoundValues
from rollout.web.files import DocumentField
from rollout.web.forms import DateInput, Form, NoteField, PersonChoiceField
from rollout.web.numbers import NumberField
from rollout.web.reading import people_of


class RoundForm(Form):
    """A round: what is reported, of which days, and by when."""

    #: Which version was seen of one that is changed.
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(label=_("Title"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=RoundKind.choices)
    period_start = forms.DateField(label=_("First day reported on"), widget=DateInput)
    period_end = forms.DateField(label=_("Last day reported on"), widget=DateInput)
    due_on = forms.DateField(label=_("Due on"), widget=DateInput)
    recurrence = forms.ChoiceField(
        label=_("How often it comes back"), choices=Recurrence.choices
    )
    responsible = PersonChoiceField(
        User.objects.none(),
        label=_("Responsible person"),
        required=False,
        empty_label=_("Nobody"),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        programme: Programme,
        reader: User,
        of: MonitoringRound | None = None,
    ) -> None:
        names = self.base_fields
        initial = {name: getattr(of, name) for name in names} if of else None
        super().__init__(data, initial=initial)
        people = people_of(programme, reader)
        self.fields["responsible"].queryset = people  # type: ignore[attr-defined]

    def values(self) -> RoundValues:
        """Return what a valid form says."""
        data = dict(self.cleaned_data)
        del data["version"]
        return RoundValues(**data)


class CopyForm(Form):
    """Which year's rounds are planned again a year later."""

    year = forms.TypedChoiceField(label=_("Copy the rounds due in"), coerce=int)

    def __init__(self, data: Any = None, *, years: list[int]) -> None:
        super().__init__(data)
        self.fields["year"].choices = [(one, str(one)) for one in years]  # type: ignore[attr-defined]


class ReasonForm(Form):
    """Why a value is returned."""

    reason = NoteField(label=_("Why is it returned?"), required=True, max_length=2000)


class CorrectionForm(Form):
    """Another value, and why."""

    value = NumberField(
        label=_("The right number"),
    )
    reason = NoteField(label=_("Why is it corrected?"), required=True, max_length=2000)


class EvidenceForm(Form):
    """On what a value rests."""

    url = forms.URLField(
        label=_("Link to evidence"), required=False, assume_scheme="https"
    )
    document = DocumentField(label=_("Evidence"), required=False)


class LockForm(Form):
    """Until when values are closed."""

    until = forms.DateField(
        label=_("Close every period that ends on or before"),
        help_text=_("Left empty: nothing is closed."),
        widget=DateInput,
        required=False,
    )
    reason = forms.CharField(label=_("Why"), max_length=300, required=False)


class LateEntryForm(Form):
    """Who may enter values of closed periods all the same, and until when."""

    partner = forms.ModelChoiceField(
        Partner.objects.none(),
        label=_("Partner"),
        empty_label=_("Everybody"),
        required=False,
    )
    until = forms.DateField(label=_("Allowed until"), widget=DateInput)
    reason = forms.CharField(label=_("Why"), max_length=300)

    def __init__(self, data: Any = None, *, programme: Programme) -> None:
        super().__init__(data)
        partners = programme.partners.order_by("name")
        self.fields["partner"].queryset = partners  # type: ignore[attr-defined]
