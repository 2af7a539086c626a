"""What people fill in on the pages. Rules live in services and guards."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from rollout.cpr import refuse_cpr
from rollout.models import (
    Conclusion,
    Milestone,
    MilestoneTemplate,
    Nature,
    Outcome,
    Partner,
    Phase,
    Programme,
    User,
)
from rollout.names import composed, refuse_unseen
from rollout.services import ActivityValues, MilestoneValues, TemplateValues
from rollout.web.files import DocumentField

#: More working days lie in no programme.
LONGEST_OFFSET = 1000
BEFORE, AFTER = "before", "after"

_CLASSES: dict[type[forms.Widget], str] = {
    forms.Select: "form-select",
    forms.RadioSelect: "form-radio",
    forms.CheckboxInput: "form-checkbox",
    forms.CheckboxSelectMultiple: "form-checkbox",
}


#: Said beneath whatever people may write at length in.
NO_PERSONS = _("Write no CPR numbers, and no names of residents.")


_NOTE = _("Note")


class NoteField(forms.CharField):
    """What people write at length, over some rows; by default a note, and optional."""

    def __init__(
        self,
        *,
        label: Any = _NOTE,
        rows: int = 2,
        required: bool = False,
        max_length: int = 4000,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            label=label,
            widget=forms.Textarea(attrs={"rows": rows}),
            required=required,
            max_length=max_length,
            **kwargs,
        )


def is_free_text(field: forms.Field) -> bool:
    """Say whether people write what they like in a field."""
    return type(field) in {forms.CharField, NoteField} and not field.widget.is_hidden


class Form(forms.Form):
    """A form with the classes of the design system."""

    required_css_class = "is-required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        for field in self.fields.values():
            widget = field.widget
            widget.attrs["class"] = _CLASSES.get(type(widget), "form-input")
            if is_free_text(field):
                field.validators.append(refuse_cpr)
                if not isinstance(field, NoteField):
                    field.validators.append(refuse_unseen)
                elif not field.help_text:
                    field.help_text = NO_PERSONS

    def full_clean(self) -> None:
        """Check what was filled in; the same letters become the same characters."""
        super().full_clean()
        written = getattr(self, "cleaned_data", {})
        for name, value in written.items():
            if isinstance(value, str):
                written[name] = composed(value)


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


class PlaceForm(Form):
    """At which place in a list something is to stand, counted from 0."""

    to = forms.IntegerField(min_value=0, max_value=9999, widget=forms.HiddenInput)


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


class MilestoneTransitionForm(VersionForm):
    """A milestone's transition: why, where a reason is needed."""

    reason = NoteField(label=_("Reason"))


class ApprovalForm(Form):
    """The approval of an evaluation, of the wording that the person saw."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)


class OffsetForm(Form):
    """So many working days before or after something; zero is the day itself."""

    days = forms.IntegerField(
        label=_("Working days"), min_value=0, max_value=LONGEST_OFFSET
    )
    side = forms.ChoiceField(label=_("Before or after"))

    #: What is said for "before" and "after".
    sides: tuple[tuple[str, Any], ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["side"].choices = self.sides  # type: ignore[attr-defined]

    @property
    def offset_days(self) -> int:
        """The working days of a valid form, negative before."""
        days: int = self.cleaned_data["days"]
        return -days if self.cleaned_data["side"] == BEFORE else days

    @staticmethod
    def initial_of(offset_days: int) -> dict[str, Any]:
        """Return how an offset is filled in."""
        return {
            "days": abs(offset_days),
            "side": AFTER if offset_days > 0 else BEFORE,
        }


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
    summary = NoteField(label=_("Summary"), rows=5, required=True, max_length=20000)
    done = NoteField(label=_("What was done"), rows=3, max_length=20000)
    reach = NoteField(label=_("Whom it reached"), max_length=20000)
    assessment = NoteField(label=_("Assessment"), rows=3, max_length=20000)
    next_step = NoteField(label=_("Next step"), max_length=20000)


class AddendumForm(Form):
    """What was found out after an evaluation was frozen."""

    text = NoteField(label=_("Addendum"), rows=3, required=True, max_length=20000)


class HandOverForm(Form):
    """Who takes over from a leaver, and what becomes of the leaver."""

    to_person = PersonChoiceField(
        User.objects.none(),
        label=_("Who takes over?"),
        empty_label=_("Choose a person"),
    )
    with_role = forms.BooleanField(
        label=_("The role in the programme goes along"), required=False, initial=True
    )
    deactivate = forms.BooleanField(
        label=_("Close the account of who leaves"), required=False
    )
    note = NoteField(max_length=2000)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to_person"].queryset = people  # type: ignore[attr-defined]
