"""What people fill in on the pages. Rules live in services and guards."""

from rollout.web.forms.activity import (
    ConditionForm,
    DetailsForm,
    PlannedLaunchForm,
    ReadinessForm,
    ResponsibleForm,
    TransitionForm,
)
from rollout.web.forms.base import (
    AFTER,
    BEFORE,
    DateInput,
    Form,
    NoteField,
    OffsetForm,
    PersonChoiceField,
    VersionForm,
    is_free_text,
)
from rollout.web.forms.evaluation import AddendumForm, ApprovalForm, EvaluationForm
from rollout.web.forms.handover import HandOverForm
from rollout.web.forms.milestone import (
    MilestoneEditForm,
    MilestoneForm,
    MilestoneTransitionForm,
    PlaceForm,
    TemplateForm,
)

__all__ = [
    "AFTER",
    "BEFORE",
    "AddendumForm",
    "ApprovalForm",
    "ConditionForm",
    "DateInput",
    "DetailsForm",
    "EvaluationForm",
    "Form",
    "HandOverForm",
    "MilestoneEditForm",
    "MilestoneForm",
    "MilestoneTransitionForm",
    "NoteField",
    "OffsetForm",
    "PersonChoiceField",
    "PlaceForm",
    "PlannedLaunchForm",
    "ReadinessForm",
    "ResponsibleForm",
    "TemplateForm",
    "TransitionForm",
    "VersionForm",
    "is_free_text",
]
