"""The part of an activity's history that somebody asks for."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from rollout.models import Activity
from rollout.web.forms import DateInput, Form
from rollout.web.history import Entry, EntryKind, entries_of
from rollout.web.sheets import Sheet


class HistoryForm(Form):
    """Which part of the history is shown; the address carries it."""

    kind = forms.ChoiceField(
        label=_("What"),
        choices=[("", _("Everything")), *EntryKind.choices],
        required=False,
    )
    person = forms.ChoiceField(label=_("Person"), required=False)
    since = forms.DateField(label=_("From"), widget=DateInput, required=False)
    until = forms.DateField(label=_("Until"), widget=DateInput, required=False)

    def __init__(self, data: QueryDict, *, entries: list[Entry]) -> None:
        super().__init__(data, auto_id="history-%s")
        people = {str(one.person.pk): one.person.name for one in entries if one.person}
        by_name = sorted(people.items(), key=lambda item: item[1])
        self.fields["person"].choices = [("", _("Everybody")), *by_name]  # type: ignore[attr-defined]


class HistoryPart:
    """The history of one activity, newest first, narrowed as the address says."""

    def __init__(self, activity: Activity, query: QueryDict) -> None:
        self.every = entries_of(activity)
        self.form = HistoryForm(query, entries=self.every)
        self.form.is_valid()

    @cached_property
    def is_narrowed(self) -> bool:
        """Whether anything was chosen."""
        return any(self.form.cleaned_data.values())

    @cached_property
    def shown(self) -> list[Entry]:
        """The entries that were asked for."""
        return [one for one in self.every if _fits(one, self.form.cleaned_data)]


def sheet_of(activity: Activity, entries: list[Entry]) -> Sheet:
    """Return such entries as a list."""
    title = gettext("History: %(activity)s") % {"activity": activity}
    sheet = Sheet(
        title,
        [
            gettext("What"),
            gettext("When"),
            gettext("Who"),
            gettext("Reason"),
            gettext("Although"),
        ],
    )
    for one in entries:
        sheet.add(
            *(one.text, one.at or one.on, str(one.person or ""), one.reason),
            "\n".join(one.in_spite_of),
        )
    return sheet


def _fits(entry: Entry, chosen: dict[str, Any]) -> bool:
    kind, person = chosen.get("kind"), chosen.get("person")
    since, until = chosen.get("since"), chosen.get("until")
    return not (
        (kind and entry.kind != kind)
        or (person and str(getattr(entry.person, "pk", "")) != person)
        or (since and entry.on < since)
        or (until and entry.on > until)
    )
