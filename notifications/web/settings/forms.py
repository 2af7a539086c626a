"""What people fill in about ladders and the calendar. Rules live in services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from notifications.ladder import StepValues
from notifications.models import Audience, LadderStep
from rollout.models import ClosingKind, ClosingPeriod, Nudge, Programme
from rollout.services import PeriodValues
from rollout.web.forms import AFTER, BEFORE, DateInput, Form, OffsetForm

#: Empty rows for further steps.
EXTRA_STEPS = 2
#: More steps than anybody could want.
MOST_STEPS = 40


class PeriodForm(Form):
    """A closing or quiet period."""

    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(
        label=_("What stops?"), choices=ClosingKind.choices, widget=forms.RadioSelect
    )
    starts_on = forms.DateField(label=_("First day"), widget=DateInput)
    ends_on = forms.DateField(label=_("Last day"), widget=DateInput)

    @classmethod
    def of(cls, period: ClosingPeriod, data: Any = None) -> PeriodForm:
        """Return the form of a period that there is."""
        fields = ("name", "kind", "starts_on", "ends_on")
        return cls(data, initial={name: getattr(period, name) for name in fields})

    def values(self) -> PeriodValues:
        """Return what a valid form says."""
        return PeriodValues(**self.cleaned_data)


class HalfDaysForm(Form):
    """Whether the days that are off from noon are working days."""

    may_1 = forms.BooleanField(label=_("1 May is a day off"), required=False)
    june_5 = forms.BooleanField(label=_("5 June is a day off"), required=False)

    @classmethod
    def of(cls, programme: Programme, data: Any = None) -> HalfDaysForm:
        """Return the form as the programme has it."""
        initial = {
            "may_1": programme.has_may_1_off,
            "june_5": programme.has_june_5_off,
        }
        return cls(data, initial=initial)


class StepForm(OffsetForm):
    """One step of a ladder."""

    sides: tuple[tuple[str, Any], ...] = ((BEFORE, _("before")), (AFTER, _("after")))

    audience = forms.ChoiceField(label=_("To"), choices=Audience.choices)
    repeat_every = forms.IntegerField(
        label=_("Repeated every"), min_value=1, max_value=250, required=False
    )
    until = forms.IntegerField(
        label=_("Latest step"), min_value=1, max_value=1000, required=False
    )

    def has_changed(self) -> bool:
        """Say whether the row holds a step, as it was or new: not an empty one."""
        numbers = ("days", "repeat_every", "until")
        return any(self[name].data not in {None, ""} for name in numbers)

    @staticmethod
    def filled_in(step: LadderStep) -> dict[str, Any]:
        """Return how a step that there is is filled in."""
        return StepForm.initial_of(step.offset_days) | {
            "audience": step.audience,
            "repeat_every": step.repeat_every,
            "until": step.until,
        }

    def values(self) -> StepValues:
        """Return what a valid form says."""
        data = self.cleaned_data
        return StepValues(
            self.offset_days, data["repeat_every"], data["until"], data["audience"]
        )


class NudgeStepForm(StepForm):
    """One step of a nudge, which only counts days that have passed."""

    sides = ((AFTER, _("after")),)


class Steps(BaseFormSet[StepForm]):
    """The steps of a ladder; an empty row is no step."""

    def values(self) -> list[StepValues]:
        """Return the steps of valid forms, without those that are to be removed."""
        return [
            form.values()
            for form in self.forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]


def steps_form(kind: str, steps: list[LadderStep], data: Any = None) -> Steps:
    """Return the forms for the steps of a ladder, with some empty ones."""
    factory: type[Steps] = formset_factory(  # type: ignore[assignment]
        NudgeStepForm if kind in Nudge.values else StepForm,
        formset=Steps,
        extra=EXTRA_STEPS,
        max_num=MOST_STEPS,
        can_delete=True,
    )
    formset = factory(
        data, initial=[StepForm.filled_in(step) for step in steps], prefix="steps"
    )
    for form in formset.forms:
        form.fields["DELETE"].label = _("Remove")
        form.fields["DELETE"].widget.attrs["class"] = "form-checkbox"
    return formset
