"""What the list of people can be narrowed by."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from rollout.api.filters.fields import (
    ChoicesFilter,
    CodeFilter,
    FilterSet,
    by_programme,
)
from rollout.models import Membership, Role


class UserFilters(FilterSet):
    """Narrows the list of people by one membership that has all that is asked for."""

    programme = CodeFilter(help_text="Code of a programme in which they take part.")
    role = ChoicesFilter(Role, help_text="One or more roles.")
    partner = CodeFilter(help_text="Code of the partner for whom they act.")

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep who has such a membership in a programme that the caller sees."""
        asked = self.form.cleaned_data
        paths = {
            "programme": "programme__code",
            "role": "role__in",
            "partner": "partner__code",
        }
        wanted = {paths[name]: value for name, value in asked.items() if value}
        if not wanted:
            return queryset
        caller: Any = self.request
        members = Membership.objects.visible_to(caller.user).filter(**wanted)
        return queryset.filter(pk__in=members.values("user"))


class TokenFilters(FilterSet):
    """Narrows the list of tokens."""

    programme = by_programme()
