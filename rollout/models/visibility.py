"""Default-deny reading: every query of the domain starts from what a person may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from rollout.models.people import User

M = TypeVar("M", bound=models.Model)

#: Roles that read everything in their programme.
READS_ALL = ("manager", "coordinator", "observer")


class VisibleQuerySet(models.QuerySet[M]):
    """A query set that knows who may see its rows."""

    #: Lookup from the model to its programme.
    programme_path: ClassVar[str] = "programme"
    #: Lookups from the model to partners whose own people may see the row. None: the
    #: row is part of the plan's frame, which every member of the programme may see.
    partner_paths: ClassVar[tuple[str, ...] | None] = None

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Keep what this person may see, through memberships only.

        Managers, coordinators and observers see their whole programme; a partner
        sees the frame of the plan and what its own organisation takes part in.
        Nobody sees anything by being staff or superuser.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        held = (
            f"{self.programme_path}__memberships"
            if self.programme_path
            else ("memberships")
        )
        member: dict[str, Any] = {f"{held}__user": user}
        if self.partner_paths is None:
            return self._within(user).filter(pk__in=self._keys(Q(**member)))
        everything = Q(**member, **{f"{held}__role__in": READS_ALL})
        keys = [self._keys(everything)]
        keys += [
            self._keys(Q(**{f"{path}__memberships__user": user}))
            for path in self.partner_paths
        ]
        visible = Q()
        for some in keys:
            visible |= Q(pk__in=some)
        return self._within(user).filter(visible)

    def _within(self, user: User) -> Self:
        """Keep the programme to which the caller's token is bound, if it is."""
        if user.bound_to is None:
            return self
        return self.filter(**{self.programme_path or "pk": user.bound_to})

    def _keys(self, condition: Q) -> models.QuerySet[Any, Any]:
        return self.model._base_manager.filter(condition).values("pk")
