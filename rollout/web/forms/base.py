"""What all forms share: the design system's classes, careful text, a seen version."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from rollout.cpr import refuse_cpr
from rollout.models import User
from rollout.names import composed, refuse_unseen

#: More working days lie in no programme.
LONGEST_OFFSET = 1000
BEFORE, AFTER = "before", "after"

#: Said beneath whatever people may write at length in.
NO_PERSONS = _("Write no CPR numbers, and no names of residents.")

_CLASSES: dict[type[forms.Widget], str] = {
    forms.Select: "form-select",
    forms.RadioSelect: "form-radio",
    forms.CheckboxInput: "form-checkbox",
    forms.CheckboxSelectMultiple: "form-checkbox",
}
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
            self._dress(field)

    def add_field(self, name: str, field: forms.Field) -> None:
        """Add a field that only this one form has, guarded like all others."""
        self._dress(field)
        self.fields[name] = field

    def _dress(self, field: forms.Field) -> None:
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


class PersonChoiceField(forms.ModelChoiceField[User]):
    """A choice of people, each with the partner for which they act."""

    def label_from_instance(self, obj: Any) -> str:
        """Return name and partner; the partner is annotated."""
        return f"{obj.name}, {obj.partner_name}" if obj.partner_name else obj.name


class VersionForm(Form):
    """A form that knows which version of the object the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)


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
