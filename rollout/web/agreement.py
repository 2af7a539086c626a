"""What the pages of the agreement read: areas with all that belongs to them."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django import forms
from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from rollout.models import (
    Activity,
    ActivityTransition,
    FocusArea,
    Indicator,
    Initiative,
    Objective,
    Programme,
    SubAgreement,
    User,
)
from rollout.tables import Table
from rollout.web.files import DocumentField
from rollout.web.forms import DateInput, Form, NoteField
from rollout.web.refusals import PageWithForms, Trouble

#: The key of the form that adds a version.
FORM = "agreement"


class SubAgreementForm(Form):
    """A new version of a focus area's sub-agreement."""

    valid_from = forms.DateField(label=_("Valid from"), widget=DateInput)
    summary = NoteField(label=_("What changed"), rows=4, required=True)
    document = DocumentField(label=_("Document"), required=False)
    url = forms.URLField(
        label=_("Link to the document"),
        required=False,
        assume_scheme="https",
        max_length=200,
    )


def areas_seen_by(user: User) -> QuerySet[FocusArea]:
    """Return focus areas with their initiatives and, of those, what the person sees."""
    here: QuerySet[Activity] = Activity.objects.visible_to(user)
    here = here.select_related("place").order_by("place__position", "place__code")
    initiatives: QuerySet[Initiative] = Initiative.objects.select_related(
        "parent", "continues__focus_area__programme"
    )
    initiatives = initiatives.prefetch_related(
        "partners", Prefetch("activities", here)
    ).order_by("position", "code")
    seen: QuerySet[FocusArea] = FocusArea.objects.visible_to(user)
    return seen.prefetch_related(
        "departments",
        Prefetch("initiatives", initiatives),
        Prefetch("objectives", Objective.objects.order_by("position", "code")),
        Prefetch("sub_agreements", SubAgreement.objects.order_by("-number")),
    ).order_by("position", "code")


def agreement_table(title: str, areas: QuerySet[FocusArea]) -> Table:
    """Return the initiatives, one row for each place, as a list for a spreadsheet."""
    columns = [
        str(one)
        for one in (
            *(_("Focus area"), _("Initiative"), _("Nature"), _("Part of")),
            *(_("Place"), _("State")),
        )
    ]
    rows = [
        (
            *(area.name, one.name, one.get_nature_display(), str(one.parent or "")),
            *(activity.place.name, activity.get_state_display()),
        )
        for area in areas
        for one in area.initiatives.all()
        for activity in one.activities.all()
    ]
    return Table(title, columns, rows)


class AreaPage(PageWithForms):
    """The page of one focus area as one person sees it."""

    def __init__(self, pk: int, *, user: User, trouble: Trouble | None = None) -> None:
        """Read the area. Raises Http404 for one that the person may not see."""
        self.user = user
        self.trouble = trouble
        indicators = Indicator.objects.select_related("delivered_by")
        found = areas_seen_by(user).select_related("programme")
        self.area = get_object_or_404(
            found.prefetch_related(
                Prefetch("objectives__indicators", indicators.order_by("position")),
                "objectives__places",
            ),
            pk=pk,
        )

    @property
    def programme(self) -> Programme:
        """The programme whose area this is."""
        return self.area.programme

    @cached_property
    def versions(self) -> list[SubAgreement]:
        """The sub-agreement's versions, the valid one first."""
        return list(self.area.sub_agreements.all())

    @cached_property
    def adjustments(self) -> list[ActivityTransition]:
        """What was adjusted since the newest version, newest first."""
        records = ActivityTransition.objects.filter(
            transition="adjust",
            activity__in=Activity.objects.visible_to(self.user).filter(
                initiative__focus_area=self.area
            ),
        )
        if self.versions:
            records = records.filter(at__date__gte=self.versions[0].valid_from)
        return list(
            records.select_related(
                "activity__initiative", "activity__place", "by"
            ).order_by("-at")
        )

    @property
    def may_edit(self) -> bool:
        """Whether the person may add a version."""
        return self.user.has_perm("rollout.edit_programme", self.programme)

    @cached_property
    def version_form(self) -> Any:
        """The form that adds a version."""
        return self.form(SubAgreementForm, FORM)
