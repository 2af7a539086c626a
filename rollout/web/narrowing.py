"""What pages of activities can be narrowed by; the address carries it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from rollout.models import FocusArea, Partner, Phase, Place, Programme
from rollout.status import Scope
from rollout.web.forms import Form


class _Options(ModelChoiceIterator[Any]):
    """The options of a choice, read by one statement: a cursor would need three."""

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        yield "", self.field.empty_label
        yield from map(self.choice, self.queryset)


class _PartField(forms.ModelChoiceField[Any]):
    """Chooses one of a programme's parts of a kind, by its code, or all."""

    iterator = _Options

    def __init__(self, model: Any, *, label: Any, empty_label: Any) -> None:
        super().__init__(
            model.objects.none(),
            label=label,
            empty_label=empty_label,
            to_field_name="code",
            required=False,
        )


class ScopeForm(Form):
    """Which part of the programme to show. Values are codes, which people can read.

    A page that cannot be narrowed by one of them sets that field to None.
    """

    focus_area = _PartField(
        FocusArea, label=_("Focus area"), empty_label=_("All focus areas")
    )
    place = _PartField(Place, label=_("Place"), empty_label=_("All places"))
    phase = _PartField(Phase, label=_("Phase"), empty_label=_("All phases"))
    partner = _PartField(Partner, label=_("Partner"), empty_label=_("All partners"))

    def __init__(self, data: QueryDict, *, programme: Programme) -> None:
        super().__init__(data, auto_id="filter-%s")
        for name, rows in (
            ("focus_area", programme.focus_areas.order_by("position", "code")),
            ("place", programme.places.order_by("position", "code")),
            ("phase", programme.phases.order_by("position", "starts_on")),
            ("partner", programme.partners.order_by("name")),
        ):
            if name in self.fields:
                self.fields[name].queryset = rows  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Narrowing:
    """The chosen part, and the form that chooses another."""

    form: ScopeForm
    scope: Scope

    @property
    def names(self) -> list[str]:
        """What has been chosen, in words."""
        scope = self.scope
        chosen = (scope.focus_area, scope.place, scope.phase, scope.partner)
        return [str(one) for one in chosen if one]


def narrowing_of(
    data: QueryDict, programme: Programme, kind: type[ScopeForm] = ScopeForm
) -> Narrowing:
    """Read the choice from an address; a code that names nothing chooses nothing."""
    form = kind(data, programme=programme)
    form.is_valid()
    chosen = {name: form.cleaned_data.get(name) for name in ScopeForm.base_fields}
    return Narrowing(form, Scope(**chosen))
