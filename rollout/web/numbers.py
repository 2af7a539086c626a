"""Numbers that people deliver, as they write them: 1.234,5, in English 1,234.5."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from rollout.answers import doubt, last_value
from rollout.models import DataRequest
from rollout.web.forms import Form

_NUMBER = re.compile(r"-?\d{1,3}([. ]\d{3})+(,\d+)?|-?\d+([.,]\d+)?")
_ENGLISH = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")
_GROUPED = re.compile(r"-?\d{1,3}([. ]\d{3})+(,\d+)?")


class NumberField(forms.CharField):
    """A number as people write it here: 1.234,5 in Danish, also 12.5 and 12,5."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def prepare_value(self, value: Any) -> Any:
        """Return a number so that reading it again gives the same one."""
        if not isinstance(value, Decimal):
            return value
        exact = f"{value.normalize():f}"
        # Three digits behind a point would be read as thousands.
        return f"{exact}0" if _GROUPED.fullmatch(exact) else exact

    def to_python(self, value: Any) -> Any:
        """Return a Decimal; empty stays None."""
        text = str(value or "").replace("\u00a0", " ").strip()
        if not text:
            return None
        if (get_language() or "").startswith("en") and _ENGLISH.fullmatch(text):
            text = text.replace(",", "")
        elif _NUMBER.fullmatch(text):
            if _GROUPED.fullmatch(text):
                text = text.replace(".", "").replace(" ", "")
            text = text.replace(",", ".")
        else:
            raise ValidationError(gettext("Write a number, such as 12 or 12,5."))
        try:
            number = Decimal(text)
        except InvalidOperation as error:
            raise ValidationError(
                gettext("Write a number, such as 12 or 12,5.")
            ) from error
        if abs(number) >= Decimal(10) ** 10 or number.as_tuple().exponent < -4:  # type: ignore[operator]
            raise ValidationError(gettext("The number has too many digits."))
        return number


class DeliveryForm(Form):
    """The number that is asked for; a surprising one must be confirmed."""

    value = NumberField()
    confirm = forms.BooleanField(label=_("Yes, the number is right"), required=False)
    comment = forms.CharField(
        label=_("Note"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        max_length=2000,
    )

    def __init__(self, *args: Any, request: DataRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = request
        self.needs_confirmation = False
        self.fields["value"].label = _("The number (%(unit)s)") % {
            "unit": request.indicator.unit
        }

    def clean(self) -> dict[str, Any]:
        """Ask about a number far from the last one."""
        data: dict[str, Any] = super().clean() or {}
        value = data.get("value")
        question = doubt(value, last_value(self.asked)) if value is not None else ""
        if question:
            self.needs_confirmation = True
            if not data.get("confirm"):
                self.add_error("confirm", question)
        return data
