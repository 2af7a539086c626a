"""What managers fill in about the year: fixed points, and meetings."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from rollout.models import Meeting, MeetingKind, Occasion, OccasionKind, Programme
from rollout.services import YearEntry
from rollout.web.forms import DateInput, Form

_DAY_AND_MONTH = re.compile(r"(\d{1,2})\s*[./-]\s*(\d{1,2})\.?")
#: A year that has every day.
_LEAP_YEAR = 2024


class DayOfYearField(forms.CharField):
    """A day of any year as people write it here: 30/6, 30.6."""

    def to_python(self, value: Any) -> str:
        """Return month and day, such as 06-30; what is empty stays so."""
        text = str(super().to_python(value))
        found = _DAY_AND_MONTH.fullmatch(text)
        if not text:
            return ""
        try:
            day, month = (int(part) for part in found.groups()) if found else (0, 0)
            return f"{date(_LEAP_YEAR, month, day):%m-%d}"
        except ValueError as error:
            told = gettext("Write day and month, such as 30/6.")
            raise ValidationError(told) from error

    def prepare_value(self, value: Any) -> Any:
        """Show a day as people write it; what they wrote themselves stays."""
        month, dash, day = str(value or "").partition("-")
        return f"{int(day)}/{int(month)}" if dash and len(month) == 2 else value


class EntryForm(Form):
    """An entry of the year, new or to be changed."""

    model: ClassVar[type[Occasion | Meeting]]

    def __init__(self, data: Any = None, *, entry: YearEntry) -> None:
        names = self.base_fields
        initial = {name: getattr(entry, name) for name in names} if entry.pk else None
        super().__init__(data, initial=initial)
        self.entry = entry

    @classmethod
    def new(cls, programme: Programme, data: Any = None) -> EntryForm:
        """Return the form of an entry that is to be added."""
        return cls(data, entry=cls.model(programme=programme))

    def filled(self) -> YearEntry:
        """Return the entry as a valid form says it."""
        for name, value in self.cleaned_data.items():
            setattr(self.entry, name, value)
        return self.entry


class OccasionForm(EntryForm):
    """Something that comes back every year."""

    model = Occasion

    title = forms.CharField(label=_("What"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=OccasionKind.choices)
    first = DayOfYearField(
        label=_("First day"), help_text=_("Day and month, such as 30/6."), max_length=6
    )
    last = DayOfYearField(
        label=_("Last day"),
        help_text=_("Left out: it takes a day."),
        max_length=6,
        required=False,
    )
    is_proposal = forms.BooleanField(
        label=_("Only our proposal, not confirmed"), required=False
    )

    def clean(self) -> dict[str, Any]:
        """Let what has no last day take one."""
        data: dict[str, Any] = super().clean() or {}
        if "last" in data and not data["last"]:
            data["last"] = data.get("first", "")
        return data


class MeetingForm(EntryForm):
    """A meeting of a board, the city council or a committee."""

    model = Meeting

    kind = forms.ChoiceField(label=_("Kind"), choices=MeetingKind.choices)
    body = forms.CharField(
        label=_("Who meets"),
        help_text=_("Which board or committee, where the kind does not say it all."),
        max_length=120,
        required=False,
    )
    held_on = forms.DateField(label=_("Date"), widget=DateInput)
    notice_days = forms.IntegerField(
        label=_("Working days before it on which its summary is mailed"),
        min_value=1,
        max_value=60,
        initial=5,
    )


#: The forms by the word that stands in their pages' addresses.
FORMS: dict[str, type[EntryForm]] = {"occasions": OccasionForm, "meetings": MeetingForm}
