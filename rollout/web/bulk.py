"""One change for several activities: what is filled in, and what it would do."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from rollout import services
from rollout.models import Phase, Programme, User
from rollout.web.forms import Form, PersonChoiceField

#: Further than this in one go is a mistake; working days, about a year.
_FURTHEST = 250


class BulkForm(Form):
    """What is to be done to the chosen activities."""

    change = forms.ChoiceField(
        label=gettext_lazy("What is to be done?"),
        choices=[
            ("confirm", gettext_lazy("Confirm proposals")),
            ("clarify", gettext_lazy("Begin clarification")),
            ("assign", gettext_lazy("Choose a responsible person")),
            ("phase", gettext_lazy("Put in a phase")),
            ("shift", gettext_lazy("Move the dates")),
        ],
        widget=forms.RadioSelect,
    )
    responsible = PersonChoiceField(
        User.objects.none(),
        label=gettext_lazy("Responsible person"),
        empty_label=gettext_lazy("Choose a person"),
        required=False,
    )
    phase = forms.ModelChoiceField(
        Phase.objects.none(),
        label=gettext_lazy("Phase"),
        empty_label=gettext_lazy("No phase"),
        required=False,
    )
    days = forms.IntegerField(
        label=gettext_lazy("Working days"),
        help_text=gettext_lazy(
            "Planned launch and open milestones move; a minus moves them earlier."
        ),
        min_value=-_FURTHEST,
        max_value=_FURTHEST,
        required=False,
    )

    def __init__(
        self, *args: Any, programme: Programme, people: QuerySet[User], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsible"].queryset = people  # type: ignore[attr-defined]
        self.fields["phase"].queryset = programme.phases.order_by(  # type: ignore[attr-defined]
            "position", "starts_on"
        )

    def clean(self) -> dict[str, Any]:
        """Ask for what the chosen change needs."""
        values: dict[str, Any] = super().clean() or {}
        change = values.get("change")
        if change == "assign" and not values.get("responsible"):
            self.add_error("responsible", _("Choose a person."))
        if change == "shift" and not values.get("days") and "days" not in self.errors:
            self.add_error("days", _("Say by how many working days."))
        return values

    def bulk_change(self) -> services.BulkChange:
        """Return what is to be done, as the services know it."""
        values = self.cleaned_data
        changes: dict[str, services.BulkChange] = {
            "confirm": services.Confirm(),
            "clarify": services.Advance("clarify"),
            "assign": services.Assign(values["responsible"]),
            "phase": services.PutInPhase(values["phase"]),
            "shift": services.ShiftDates(values["days"] or 0),
        }
        return changes[values["change"]]


def title_of_change(values: dict[str, Any]) -> str:
    """Return the chosen change in words, for the head of its page."""
    if values["change"] == "confirm":
        return _("Confirm proposals")
    if values["change"] == "clarify":
        return _("Begin clarification")
    if values["change"] == "assign":
        return _("Make %(person)s responsible") % {"person": values["responsible"]}
    if values["change"] == "phase":
        if values["phase"] is None:
            return _("Take out of the phase")
        return _("Put in “%(phase)s”") % {"phase": values["phase"]}
    days = values["days"]
    if days < 0:
        text = ngettext(
            "Move %(days)s working day earlier",
            "Move %(days)s working days earlier",
            -days,
        )
    else:
        text = ngettext(
            "Move %(days)s working day later", "Move %(days)s working days later", days
        )
    return text % {"days": abs(days)}
