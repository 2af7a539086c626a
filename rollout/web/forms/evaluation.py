"""What people write when they evaluate, and when they approve what others wrote."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from rollout.models import Conclusion
from rollout.services import EvaluationValues
from rollout.web.forms.base import Form, NoteField, VersionForm


class EvaluationForm(VersionForm):
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

    def values(self) -> EvaluationValues:
        """Return what a valid form says."""
        data = dict(self.cleaned_data)
        del data["version"]
        return EvaluationValues(**data)


class ApprovalForm(Form):
    """The approval of an evaluation, of the wording that the person saw."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)


class AddendumForm(Form):
    """What was found out after an evaluation was frozen."""

    text = NoteField(label=_("Addendum"), rows=3, required=True, max_length=20000)
