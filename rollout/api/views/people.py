"""The people with whom the caller shares a programme."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from rollout.api.filters.people import UserFilters
from rollout.api.ordering import by_number, by_text
from rollout.api.serializers.people import UserSerializer
from rollout.api.views.resource import Resource
from rollout.models import Membership, User


class Users(Resource[User]):
    """People, as those see each other who take part in the same programmes."""

    rows = User.objects.all()
    serializer_class = UserSerializer
    filterset_class = UserFilters
    search_fields = ("name",)
    orderings = {"id": by_number(), "name": by_text("name")}

    def get_queryset(self) -> QuerySet[User]:
        """Return whom the caller may see, with their roles where the caller is too."""
        shared = Membership.objects.visible_to(self.request.user)
        return (
            super()
            .get_queryset()
            .prefetch_related(
                Prefetch("memberships", shared.select_related("programme", "partner"))
            )
        )
