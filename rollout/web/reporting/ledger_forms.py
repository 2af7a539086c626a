"""What people fill in about attendance, contributions and grants."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rollout.models import (
    Activity,
    Attendance,
    Contribution,
    ContributionKind,
    Grant,
    Initiative,
    Partner,
    Place,
    Programme,
)
from rollout.services import AttendanceValues, ContributionValues, GrantValues
from rollout.web.forms import DateInput, Form, NoteField
from rollout.web.numbers import NumberField


class AttendanceForm(Form):
    """One time that an activity was held: how many came, and no names."""

    #: Which version was seen of one that is changed.
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    held_on = forms.DateField(label=_("Date"), widget=DateInput)
    hours = NumberField(label=_("Hours"), required=False)
    note = forms.CharField(
        label=_("Note"),
        help_text=_("What it was, such as “homework café”. No names."),
        max_length=300,
        required=False,
    )

    def __init__(
        self, data: Any = None, *, bands: list[str], of: Attendance | None = None
    ) -> None:
        super().__init__(data, initial=_attendance(of) if of else None)
        # What was logged before under another band stays to be seen.
        self.bands = list(dict.fromkeys([*bands, *(of.participants if of else []), ""]))
        for number, band in enumerate(self.bands):
            label = _("Participants, %(band)s") % {"band": band} if band else None
            count = forms.IntegerField(
                label=label
                or (_("Participants, age not known") if bands else _("Participants")),
                min_value=0,
                required=False,
                initial=of.participants.get(band) if of else None,
            )
            self.add_field(f"band_{number}", count)
        self.order_fields(["held_on", *(n for n in self.fields if "band_" in n)])

    def values(self) -> AttendanceValues:
        """Return what a valid form says."""
        data = self.cleaned_data
        counts = {
            band: data[f"band_{number}"] or 0 for number, band in enumerate(self.bands)
        }
        hours = data["hours"] or Decimal(0)
        return AttendanceValues(data["held_on"], hours, counts, data["note"])


def _attendance(of: Attendance) -> dict[str, Any]:
    return {
        "version": of.version,
        "held_on": of.held_on,
        "hours": of.hours,
        "note": of.note,
    }


class ContributionForm(Form):
    """What a partner promises."""

    partner = forms.ModelChoiceField(Partner.objects.none(), label=_("Partner"))
    kind = forms.ChoiceField(label=_("Kind"), choices=ContributionKind.choices)
    title = forms.CharField(label=_("What is contributed"), max_length=200)
    promised = NumberField(label=_("How much is promised"))
    starts_on = forms.DateField(label=_("From"), widget=DateInput)
    ends_on = forms.DateField(label=_("Until"), widget=DateInput)
    activity = forms.ModelChoiceField(
        Activity.objects.none(),
        label=_("Activity"),
        empty_label=_("The whole programme"),
        required=False,
    )
    note = NoteField()

    def __init__(
        self, data: Any = None, *, programme: Programme, of: Contribution | None = None
    ) -> None:
        initial = None
        if of is not None:
            initial = {name: getattr(of, name) for name in self.base_fields}
        super().__init__(data, initial=initial)
        for name, rows in (
            ("partner", programme.partners.order_by("name")),
            ("activity", activities_of(programme)),
        ):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def values(self) -> ContributionValues:
        """Return what a valid form says."""
        return ContributionValues(**self.cleaned_data)


def activities_of(programme: Programme) -> Any:
    """Return the programme's activities with what their names read."""
    return programme.activities.select_related("initiative", "place").order_by(
        "initiative__focus_area__position", "initiative__position", "place__position"
    )


class DeliveryNoteForm(Form):
    """Some of a contribution, delivered."""

    amount = NumberField(
        label=_("How much was delivered"),
        help_text=_("With a minus, what was noted too much is taken back."),
    )
    delivered_on = forms.DateField(label=_("Date"), widget=DateInput)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class GrantForm(Form):
    """Money from outside."""

    funder = forms.CharField(label=_("Funder"), max_length=200)
    amount = NumberField(label=_("Amount (DKK)"), required=False)
    starts_on = forms.DateField(label=_("From"), widget=DateInput)
    ends_on = forms.DateField(label=_("Until"), widget=DateInput)
    activities = forms.ModelMultipleChoiceField(
        Activity.objects.none(),
        label=_("Activities that it widens"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    note = NoteField()

    def __init__(
        self, data: Any = None, *, programme: Programme, of: Grant | None = None
    ) -> None:
        initial = None
        if of is not None:
            initial = {name: getattr(of, name) for name in self.base_fields}
            initial["activities"] = list(of.activities.values_list("pk", flat=True))
        super().__init__(data, initial=initial)
        self.fields["activities"].queryset = activities_of(programme)  # type: ignore[attr-defined]

    def values(self) -> GrantValues:
        """Return what a valid form says."""
        data = {**self.cleaned_data}
        data["activities"] = list(data["activities"])
        return GrantValues(**data)


class WidenForm(Form):
    """Which initiative is carried out in which more places."""

    initiative = forms.ModelChoiceField(
        Initiative.objects.none(), label=_("Initiative")
    )
    places = forms.ModelMultipleChoiceField(
        Place.objects.none(),
        label=_("Places"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, data: Any = None, *, programme: Programme) -> None:
        super().__init__(data)
        initiatives = Initiative.objects.filter(focus_area__programme=programme)
        for name, rows in (
            ("initiative", initiatives.order_by("focus_area__position", "position")),
            ("places", programme.places.exclude(kind="group").order_by("position")),
        ):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
