"""What people fill in about milestones, and about the templates they come from."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from rollout.models import Milestone, MilestoneTemplate, Nature, User
from rollout.services import MilestoneValues, TemplateValues
from rollout.web.forms.base import (
    AFTER,
    BEFORE,
    DateInput,
    Form,
    NoteField,
    OffsetForm,
    PersonChoiceField,
    VersionForm,
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


class MilestoneEditForm(MilestoneForm, VersionForm):
    """Everything about a milestone besides where it stands."""

    weight = forms.IntegerField(
        label=_("Weight"),
        help_text=_("How much it counts beside the others."),
        min_value=1,
        max_value=99,
    )
    predecessors = forms.ModelMultipleChoiceField(
        Milestone.objects.none(),
        label=_("Comes after"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    note = NoteField()
    evidence_url = forms.URLField(
        label=_("Link to evidence"), required=False, assume_scheme="https"
    )

    def __init__(
        self, *args: Any, predecessors: QuerySet[Milestone], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["predecessors"].queryset = predecessors  # type: ignore[attr-defined]

    def values(self) -> MilestoneValues:
        """Return what was filled in, as the services know it."""
        values = {**self.cleaned_data}
        del values["version"]
        return MilestoneValues(**values)


class MilestoneTransitionForm(VersionForm):
    """A milestone's transition: why, where a reason is needed."""

    reason = NoteField(label=_("Reason"))


class PlaceForm(Form):
    """At which place in a list something is to stand, counted from 0."""

    to = forms.IntegerField(min_value=0, max_value=9999, widget=forms.HiddenInput)


class TemplateForm(OffsetForm):
    """A milestone template."""

    sides = ((BEFORE, _("before the launch")), (AFTER, _("after the launch")))

    title = forms.CharField(label=_("Milestone"), max_length=200)
    nature = forms.ChoiceField(
        label=_("For"),
        choices=[("", _("every initiative")), *Nature.choices],
        required=False,
    )
    before_launch = forms.BooleanField(label=_("Needed before launch"), required=False)
    weight = forms.IntegerField(
        label=_("Weight"), min_value=1, max_value=100, initial=1
    )

    field_order = ("title", "days", "side", "nature", "before_launch", "weight")

    @classmethod
    def of(cls, template: MilestoneTemplate, data: Any = None) -> TemplateForm:
        """Return the form of a template that there is."""
        fields = ("title", "nature", "before_launch", "weight")
        initial = {name: getattr(template, name) for name in fields}
        initial |= cls.initial_of(template.offset_days)
        return cls(data, initial=initial)

    def values(self) -> TemplateValues:
        """Return what a valid form says."""
        data = self.cleaned_data
        return TemplateValues(
            title=data["title"],
            offset_days=self.offset_days,
            nature=data["nature"],
            before_launch=data["before_launch"],
            weight=data["weight"],
        )
