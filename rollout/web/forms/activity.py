"""What people fill in about an activity, its readiness and its conditions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from rollout.models import Outcome, Partner, Phase, Programme, User
from rollout.services import ActivityValues
from rollout.web.files import DocumentField
from rollout.web.forms.base import DateInput, NoteField, PersonChoiceField, VersionForm


class TransitionForm(VersionForm):
    """A transition: why, where a reason is needed."""

    reason = NoteField(label=_("Reason"), rows=3)
    override = forms.BooleanField(required=False, widget=forms.HiddenInput)


class ResponsibleForm(VersionForm):
    """Who answers for the activity."""

    responsible = PersonChoiceField(
        User.objects.none(), label=_("Responsible person"), required=False
    )

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsible"].queryset = people  # type: ignore[attr-defined]
        self.fields["responsible"].empty_label = _("Nobody")  # type: ignore[attr-defined]


class PlannedLaunchForm(VersionForm):
    """When the activity is to be launched."""

    planned_launch_on = forms.DateField(
        label=_("Planned launch"), required=False, widget=DateInput()
    )


class DetailsForm(VersionForm):
    """What an activity belongs to, how large it is, and who contributes."""

    phase = forms.ModelChoiceField(
        Phase.objects.none(),
        label=_("Phase"),
        empty_label=_("No phase"),
        required=False,
    )
    weight = forms.TypedChoiceField(
        label=_("Size"),
        choices=[
            (1, _("ordinary")),
            (2, _("twice as large")),
            (3, _("three times as large")),
        ],
        coerce=int,
    )
    contributors = forms.ModelMultipleChoiceField(
        Partner.objects.none(),
        label=_("Contributors"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    note = NoteField(rows=3)

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (
            ("phase", programme.phases.order_by("position", "starts_on")),
            ("contributors", programme.partners.order_by("name")),
        ):
            self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def values(self) -> ActivityValues:
        """Return what was filled in, as the services know it."""
        values = {**self.cleaned_data}
        del values["version"]
        return ActivityValues(**values)


class ReadinessForm(VersionForm):
    """One aspect of readiness, with what it rests on."""

    is_met = forms.BooleanField(required=False, widget=forms.HiddenInput)
    note = NoteField()
    evidence_url = forms.URLField(
        label=_("Link to evidence"), required=False, assume_scheme="https"
    )
    evidence = DocumentField(label=_("Evidence"), required=False)
    whole_place = forms.BooleanField(required=False)

    @property
    def declares(self) -> bool:
        """Whether sending it declares the aspect ready; otherwise it withdraws that."""
        bound = self["is_met"]
        return bool(bound.field.to_python(bound.value()))


class ConditionForm(VersionForm):
    """How a decision turned out."""

    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[
            (Outcome.MET, _("The condition is met")),
            (Outcome.REJECTED, _("It was decided against")),
            (Outcome.AWAITING, _("The decision is still awaited")),
        ],
        widget=forms.RadioSelect,
    )
    note = NoteField()
