"""Adding, changing and removing the milestones that activities begin with.

Milestones that were already made from a template stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from rollout.models import MilestoneTemplate, Programme, SettingArea, User, Verb
from rollout.services.ground import Invalid, require
from rollout.services.setting import note_change


@dataclass(frozen=True)
class TemplateValues:
    """What a template says."""

    title: str
    #: Working days from the planned launch, negative before it.
    offset_days: int
    #: Empty: for initiatives of every nature.
    nature: str = ""
    before_launch: bool = False
    weight: int = 1


@transaction.atomic
def add_template(
    programme: Programme, values: TemplateValues, *, by: User, at: datetime
) -> MilestoneTemplate:
    """Add a milestone template. Raises Invalid for one that there is already."""
    require(by, "rollout.edit_programme", programme)
    template = MilestoneTemplate(programme=programme)
    _save(template, values)
    _note(template, Verb.ADDED, by=by, at=at)
    return template


@transaction.atomic
def change_template(
    template: MilestoneTemplate, values: TemplateValues, *, by: User, at: datetime
) -> MilestoneTemplate:
    """Change a milestone template. Raises Invalid for one that there is already."""
    require(by, "rollout.edit_programme", template)
    fresh = MilestoneTemplate.objects.select_for_update(of=("self",)).get(
        pk=template.pk
    )
    _save(fresh, values)
    _note(fresh, Verb.CHANGED, by=by, at=at)
    return fresh


@transaction.atomic
def remove_template(template: MilestoneTemplate, *, by: User, at: datetime) -> None:
    """Remove a milestone template; what was made from it stays."""
    require(by, "rollout.edit_programme", template)
    _note(template, Verb.REMOVED, by=by, at=at)
    template.delete()


def _note(template: MilestoneTemplate, verb: Verb, *, by: User, at: datetime) -> None:
    area = SettingArea.MILESTONES
    note_change(template.programme, area, verb, template.title, by=by, at=at)


def _save(template: MilestoneTemplate, values: TemplateValues) -> None:
    _check(template, values)
    template.title = values.title
    template.offset_days = values.offset_days
    template.nature = values.nature
    template.before_launch = values.before_launch
    template.weight = values.weight
    template.save()
    _put_in_order(template.programme)


def _check(template: MilestoneTemplate, values: TemplateValues) -> None:
    if values.before_launch and values.offset_days > 0:
        raise Invalid(
            _("What is needed before the launch must be due on that day or earlier.")
        )
    others = template.programme.milestone_templates.exclude(pk=template.pk)
    if others.filter(title=values.title, nature=values.nature).exists():
        raise Invalid(_("There is a template with this title already."))


def _put_in_order(programme: Programme) -> None:
    """Number the templates as they follow in time, as activities then list them."""
    rows = programme.milestone_templates.order_by("offset_days", "position", "pk")
    for position, template in enumerate(rows):
        if template.position != position:
            template.position = position
            template.save(update_fields=["position"])
