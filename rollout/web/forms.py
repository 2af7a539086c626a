"""What people fill in on the activity page. Rules live in services and guards."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from rollout.models import Conclusion, Outcome, User

_CLASSES: dict[type[forms.Widget], str] = {
    forms.Select: "form-select",
    forms.RadioSelect: "form-radio",
    forms.CheckboxInput: "form-checkbox",
}


class Form(forms.Form):
    """A form with the classes of the design system."""

    required_css_class = "is-required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        for field in self.fields.values():
            widget = field.widget
            widget.attrs["class"] = _CLASSES.get(type(widget), "form-input")


class DateInput(forms.DateInput):
    """The browser's own date field, which wants the ISO form."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class PersonChoiceField(forms.ModelChoiceField["User"]):
    """A choice of people, each with the partner for which they act."""

    def label_from_instance(self, obj: Any) -> str:
        """Return name and partner; the partner is annotated."""
        return f"{obj.name}, {obj.partner_name}" if obj.partner_name else obj.name


class VersionForm(Form):
    """A form that knows which version of the object the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class TransitionForm(VersionForm):
    """A transition: why, where a reason is needed."""

    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=4000,
    )
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


class ReadinessForm(VersionForm):
    """One aspect of readiness, with what it rests on."""

    is_met = forms.BooleanField(required=False, widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("Note"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        max_length=4000,
    )
    evidence_url = forms.URLField(
        label=_("Link to evidence"), required=False, assume_scheme="https"
    )
    whole_place = forms.BooleanField(required=False)


class ConditionForm(Form):
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
    note = forms.CharField(
        label=_("Note"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        max_length=4000,
    )


class MilestoneForm(Form):
    """A milestone to add."""

    title = forms.CharField(label=_("Milestone"), max_length=200)
    due_on = forms.DateField(label=_("Due on"), widget=DateInput, required=False)
    responsible = PersonChoiceField(
        User.objects.none(),
        label=_("Responsible person"),
        required=False,
        empty_label=_("The person responsible for the activity"),
    )
    before_launch = forms.BooleanField(label=_("Needed before launch"), required=False)

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsible"].queryset = people  # type: ignore[attr-defined]


class MilestoneTransitionForm(VersionForm):
    """A milestone's transition: why, where a reason is needed."""

    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        max_length=4000,
    )


class ApprovalForm(Form):
    """The approval of an evaluation, of the wording that the person saw."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)


class EvaluationForm(Form):
    """The evaluation of a cycle."""

    conclusion = forms.ChoiceField(
        label=_("Conclusion"),
        choices=[
            (Conclusion.CONTINUES, _("The activity continues")),
            (Conclusion.ADJUSTS, _("The activity is adjusted")),
            (Conclusion.WIDENS, _("The activity is widened")),
            (Conclusion.ENDS, _("The activity ends")),
        ],
        widget=forms.RadioSelect,
    )
    summary = forms.CharField(
        label=_("Summary"), widget=forms.Textarea(attrs={"rows": 5}), max_length=20000
    )
