"""What people fill in on the pages of the reaction; answers are never preselected."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django import forms
from django.core.files.base import File
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notifications import answering, evidence
from notifications.answering import Said
from notifications.links import Opened
from notifications.models import Answer, Choice
from notifications.subscriptions import Mailing, Subscription
from rollout import answers
from rollout.models import (
    DataRequest,
    Language,
    ReminderMode,
    User,
)
from rollout.services import OWN_FIELDS, Invalid, possible_stand_ins
from rollout.web.forms import DateInput, Form, NoteField
from rollout.web.numbers import NumberField


class AnswerForm(Form):
    """One of the answers, and what belongs to it."""

    choice = forms.ChoiceField(
        label=_("What is your answer?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one of the answers. Nothing has been changed.")
        },
    )
    value = NumberField(
        label=_("The number"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    confirm = forms.BooleanField(label=_("Yes, the number is right"), required=False)
    new_due_on = forms.DateField(label=_("New date"), required=False, widget=DateInput)
    colleague = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Which colleague?"),
        required=False,
        empty_label=_("I do not know; the coordinator finds out"),
    )
    file = forms.FileField(
        label=_("File that shows it"),
        required=False,
        max_length=200,
        allow_empty_file=False,
        help_text=_("At most 10 MB: PDF, Word, Excel, OpenDocument or a picture."),
    )
    note = NoteField(
        rows=3,
        max_length=2000,
        help_text=_("Write why, if you need more time or it is no longer relevant."),
    )

    def __init__(self, *args: Any, opened: Opened, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = opened.asked
        self.needs_confirmation = False
        choices = answering.choices_for(opened)
        self.fields["choice"].choices = [(c.value, c.label) for c in choices]  # type: ignore[attr-defined]
        if opened.asked is not None:
            self.fields["colleague"].queryset = answers.colleagues(  # type: ignore[attr-defined]
                opened.recipient, opened.asked
            )
        if Choice.NUMBER not in choices:
            del self.fields["value"], self.fields["confirm"]
        elif isinstance(opened.asked, DataRequest):
            unit = opened.asked.indicator.unit
            self.fields["value"].label = _("The number (%(unit)s)") % {"unit": unit}
        if Choice.DONE not in choices:
            del self.fields["file"]

    def clean(self) -> dict[str, Any]:
        """Ask for what the chosen answer needs; the other fields are ignored."""
        data: dict[str, Any] = super().clean() or {}
        choice = data.get("choice")
        for name in list(self.errors):
            if name not in {"choice", "note", *_FIELDS.get(choice or "", ())}:
                del self.errors[name]
        if choice == Choice.DONE and data.get("file"):
            self._check_file(data["file"])
        if choice == Choice.NUMBER and "value" not in self.errors:
            self._check_number(data)
        if choice == Choice.MORE_TIME and not data.get("new_due_on"):
            self._ask("new_due_on", gettext("Write a new date."))
        if choice in {Choice.MORE_TIME, Choice.NOT_RELEVANT} and not data.get("note"):
            self._ask("note", gettext("Write why."))
        return data

    def _ask(self, field: str, text: str) -> None:
        if field not in self.errors:
            self.add_error(field, text)

    def _check_file(self, file: File[bytes]) -> None:
        try:
            evidence.check(file)
        except Invalid as refusal:
            self.add_error("file", str(refusal))

    def _check_number(self, data: dict[str, Any]) -> None:
        value = data.get("value")
        if value is None:
            self._ask("value", gettext("Write the number."))
            return
        if not isinstance(self.asked, DataRequest):
            return
        question = answers.doubt(value, self.asked)
        if question:
            self.needs_confirmation = True
            if not data.get("confirm"):
                self._ask("confirm", question)

    def said(self) -> Said:
        """Return the answer of a valid form."""
        data = self.cleaned_data
        return Said(
            choice=Choice(data["choice"]),
            note=data["note"],
            value=data.get("value"),
            colleague=data.get("colleague"),
            new_due_on=data.get("new_due_on"),
            file=data.get("file"),
        )


#: The fields that belong to an answer, besides the note.
_FIELDS: dict[str, tuple[str, ...]] = {
    Choice.DONE: ("file",),
    Choice.NUMBER: ("value", "confirm"),
    Choice.MORE_TIME: ("new_due_on",),
    Choice.NOT_MINE: ("colleague",),
}


class UndoForm(Form):
    """Taking an answer back; the box must be ticked."""

    undo = forms.BooleanField(
        label=_("Yes, undo my answer"),
        error_messages={"required": _("Tick the box. Nothing has been changed.")},
    )


class DecisionForm(Form):
    """Whether more time is given, or what is no longer relevant is dropped."""

    CHOICES: ClassVar[dict[str, list[tuple[str, Any]]]] = {
        Choice.MORE_TIME: [
            ("accept", _("Accept the new date")),
            ("refuse", _("Refuse")),
        ],
        Choice.NOT_RELEVANT: [
            ("accept", _("Yes, it is dropped")),
            ("refuse", _("No, it is still to be done")),
        ],
    }

    decision = forms.ChoiceField(
        label=_("What is your answer?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one of the answers. Nothing has been changed.")
        },
    )
    note = NoteField(rows=3, max_length=2000)

    def __init__(self, data: Any = None, *, answer: Answer, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.answer = answer
        decision = cast("forms.ChoiceField", self.fields["decision"])
        decision.choices = self.CHOICES[answer.choice]

    @property
    def is_accepted(self) -> bool:
        """What a valid form says."""
        return bool(self.cleaned_data["decision"] == "accept")


class SubscriptionForm(Form):
    """Which mails a person wants, chosen by the link in one of them."""

    choice = forms.ChoiceField(
        label=_("Which mails do you want?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one of the answers. Nothing has been changed.")
        },
    )

    def __init__(self, *args: Any, subscription: Subscription, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_of_summary = subscription.mailing == Mailing.SUMMARY
        choices = [(mode.value, str(mode.label).capitalize()) for mode in ReminderMode]
        if self.is_of_summary:
            choices = [
                ("yes", gettext("The weekly summary")),
                ("no", gettext("No weekly summary")),
            ]
        self.fields["choice"].choices = choices  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """Return what a valid form changes of the person."""
        choice = self.cleaned_data["choice"]
        if self.is_of_summary:
            return {"has_weekly_summary": choice == "yes"}
        return {"reminder_mode": choice}


class ProfileForm(Form):
    """What a person chooses about themselves."""

    language = forms.ChoiceField(
        label=_("Language of pages and mails"), choices=Language.choices
    )
    reminder_mode = forms.ChoiceField(
        label=_("How do you want to be reminded?"), widget=forms.RadioSelect
    )
    has_weekly_summary = forms.BooleanField(
        label=_("Send me the week at a glance on Mondays"), required=False
    )
    paused_until = forms.DateField(
        label=_("Pause until and including"),
        help_text=_("Until then your reminders wait; the ledger says so."),
        required=False,
        widget=DateInput,
    )
    stand_in = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Stand-in"),
        required=False,
        empty_label=_("Nobody"),
    )
    stand_in_from = forms.DateField(label=_("From"), required=False, widget=DateInput)
    stand_in_until = forms.DateField(
        label=_("Until and including"), required=False, widget=DateInput
    )

    def __init__(
        self, *args: Any, person: User, is_manager: bool, **kwargs: Any
    ) -> None:
        kwargs["initial"] = {name: getattr(person, name) for name in OWN_FIELDS}
        super().__init__(*args, **kwargs)
        self.fields["reminder_mode"].choices = [  # type: ignore[attr-defined]
            (mode.value, str(mode.label).capitalize()) for mode in ReminderMode
        ]
        self.fields["stand_in"].queryset = possible_stand_ins(person)  # type: ignore[attr-defined]
        if not is_manager:
            del self.fields["has_weekly_summary"]
