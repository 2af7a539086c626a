"""What managers fill in about indicators, targets, and periods of their own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rollout.models import (
    AttendanceSum,
    Direction,
    Indicator,
    Initiative,
    Partner,
    Place,
    Programme,
    Rhythm,
)
from rollout.services import IndicatorValues
from rollout.web.forms import DateInput, Form
from rollout.web.numbers import NumberField

#: Columns that are lists, written with commas between their parts.
_LISTS = ("age_bands", "groups")


class ListField(forms.CharField):
    """Short names with commas between them."""

    def to_python(self, value: Any) -> Any:
        """Return the names, each once."""
        parts = [one.strip() for one in str(value or "").split(",")]
        return list(dict.fromkeys(one for one in parts if one))

    def prepare_value(self, value: Any) -> Any:
        """Show a list as people write it."""
        return ", ".join(value) if isinstance(value, list) else value

    def validate(self, value: Any) -> None:
        """Refuse names that are longer than a heading."""
        if any(len(one) > 20 for one in value):
            raise forms.ValidationError(_("A name has at most 20 characters."))


class IndicatorForm(Form):
    """How an objective is measured."""

    name = forms.CharField(label=_("What is measured"), max_length=200)
    unit = forms.CharField(label=_("Unit"), max_length=60)
    decimals = forms.IntegerField(
        label=_("Decimals"), min_value=0, max_value=4, initial=0
    )
    direction = forms.ChoiceField(label=_("Direction"), choices=Direction.choices)
    threshold = NumberField(
        label=_("Threshold"),
        help_text=_("Only for what should stay below it: 6 is missed by 6."),
        required=False,
    )
    is_share = forms.BooleanField(label=_("It is a share"), required=False)
    numerator = forms.CharField(
        label=_("What is counted"),
        help_text=_("Must be said before the first value of a share."),
        max_length=200,
        required=False,
    )
    denominator = forms.CharField(
        label=_("Of how many"), max_length=200, required=False
    )
    population = forms.CharField(
        label=_("Whom it is about"), max_length=200, required=False
    )
    age_bands = ListField(
        label=_("Age bands"),
        help_text=_("With commas between them, such as: 0-17, 18-25."),
        required=False,
    )
    groups = ListField(
        label=_("Other groups"),
        help_text=_("That part the same total, such as: girls, boys."),
        required=False,
    )
    places = forms.ModelMultipleChoiceField(
        Place.objects.none(),
        label=_("Places; none chosen means all"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    source_of_data = forms.CharField(
        label=_("Source of data"), max_length=200, required=False
    )
    rhythm = forms.ChoiceField(label=_("How often"), choices=Rhythm.choices)
    is_cumulative = forms.BooleanField(
        label=_("Each value holds those before it"), required=False
    )
    baseline = NumberField(label=_("Baseline"), required=False)
    baseline_missing_reason = forms.CharField(
        label=_("Why there is no baseline"), max_length=200, required=False
    )
    delivered_by = forms.ModelChoiceField(
        Partner.objects.none(),
        label=_("Who delivers"),
        empty_label=_("Nobody"),
        required=False,
    )
    attendance_of = forms.ModelChoiceField(
        Initiative.objects.none(),
        label=_("Filled in from the attendance log of"),
        empty_label=_("No log"),
        required=False,
    )
    attendance_sum = forms.ChoiceField(
        label=_("What of the log is added up"),
        choices=[("", "–"), *AttendanceSum.choices],
        required=False,
    )
    is_proposal = forms.BooleanField(
        label=_("Only our proposal, not confirmed"), required=False
    )

    def __init__(
        self, data: Any = None, *, programme: Programme, of: Indicator | None = None
    ) -> None:
        initial = None
        if of is not None:
            initial = {name: getattr(of, name) for name in self.base_fields}
            initial["places"] = list(of.places.values_list("pk", flat=True))
        super().__init__(data, initial=initial)
        initiatives = Initiative.objects.filter(focus_area__programme=programme)
        for name, rows in (
            ("places", programme.places.order_by("position")),
            ("delivered_by", programme.partners.order_by("name")),
            ("attendance_of", initiatives.order_by("focus_area__position", "position")),
        ):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def values(self) -> IndicatorValues:
        """Return what a valid form says."""
        columns = {**self.cleaned_data}
        return IndicatorValues(places=list(columns.pop("places")), columns=columns)


class TargetForm(Form):
    """What is to be reached in a period."""

    value = NumberField(label=_("Target"))
    period_start = forms.DateField(label=_("First day"), widget=DateInput)
    period_end = forms.DateField(label=_("Last day"), widget=DateInput)
    place = forms.ModelChoiceField(
        Place.objects.none(),
        label=_("Place"),
        empty_label=_("all places"),
        required=False,
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, data: Any = None, *, programme: Programme) -> None:
        super().__init__(data)
        places = programme.places.order_by("position")
        self.fields["place"].queryset = places  # type: ignore[attr-defined]


class ReportingPeriodForm(Form):
    """A period of the programme's own."""

    name = forms.CharField(label=_("Name"), max_length=120)
    starts_on = forms.DateField(label=_("First day"), widget=DateInput)
    ends_on = forms.DateField(label=_("Last day"), widget=DateInput)
