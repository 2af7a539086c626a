"""What people fill in to shift dates, and how a page carries what they saw."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from rollout.services.shifting import DateKey, Seen, ShiftRequest
from rollout.web.forms import DateInput, Form, NoteField

#: More working days than any programme has.
MOST_DAYS = 2000

#: Groups of things to choose, each with its value and name.
Choices = Sequence[tuple[str, Sequence[tuple[str, str]]]]

_WHOLE = re.compile(r"(milestone|activity|phase)-(\d{1,18})")


class ShiftForm(Form):
    """What is to move, and by how much: working days, or a date."""

    move = forms.RegexField(_WHOLE, label=_("What is to move?"))
    days = forms.IntegerField(
        label=_("Working days"),
        help_text=_("Write a minus for earlier, such as -5."),
        required=False,
        min_value=-MOST_DAYS,
        max_value=MOST_DAYS,
    )
    to = forms.DateField(label=_("Or to the date"), required=False, widget=DateInput)
    avoid_quiet = forms.BooleanField(
        label=_("Put off until after quiet periods"), required=False
    )

    def __init__(
        self, *args: Any, offered: Choices | None = None, **kwargs: Any
    ) -> None:
        """Offer these to choose from; an address may name others."""
        super().__init__(*args, **kwargs)
        if offered is not None:
            attrs = {"class": "form-select"}
            self.fields["move"].widget = forms.Select(attrs, choices=offered)

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two ways."""
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and (data.get("days") is None) == (data.get("to") is None):
            text = gettext("Write either a number of working days or a date.")
            raise ValidationError(text)
        return data

    def asked(self) -> ShiftRequest:
        """Return what a valid form asks for."""
        data = self.cleaned_data
        whole, pk = data["move"].split("-")
        return ShiftRequest(
            whole,
            int(pk),
            days=data["days"] or 0,
            to=data["to"],
            avoids_quiet=data["avoid_quiet"],
        )


class SaveShiftForm(Form):
    """What the person saw of the shift that is to be saved, and why it is made."""

    reason = NoteField(label=_("Reason"), rows=1)
    seen = forms.CharField(widget=forms.HiddenInput)

    def clean_seen(self) -> dict[DateKey, Seen]:
        """Return what was seen, by date."""
        try:
            return read_seen(self.cleaned_data["seen"])
        except (TypeError, ValueError) as error:
            raise ValidationError(
                gettext("Please look at the change again.")
            ) from error


def write_seen(seen: Mapping[DateKey, Seen]) -> str:
    """Return what was seen as a short text for a hidden field."""
    return json.dumps(
        [
            [*key, one.version, one.before and one.before.isoformat(), str(one.after)]
            for key, one in seen.items()
        ],
        separators=(",", ":"),
    )


def read_seen(text: str) -> dict[DateKey, Seen]:
    """Read it back. Raises TypeError or ValueError for anything else."""
    return {
        DateKey(str(kind), int(pk)): Seen(
            int(version),
            before and date.fromisoformat(before),
            date.fromisoformat(after),
        )
        for kind, pk, version, before, after in json.loads(text)
    }
