"""What is asked when one person takes over from another."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from rollout.models import User
from rollout.web.forms.base import Form, NoteField, PersonChoiceField


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
