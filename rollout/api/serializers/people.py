"""People, as those see each other who take part in the same programmes."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from rollout.api.examples import plan
from rollout.api.serializers.references import Named
from rollout.api.sparse import ResourceSerializer
from rollout.api.writing import Label, Written
from rollout.models import Membership, Role, User


class MembershipSerializer(
    Written[Membership], serializers.ModelSerializer[Membership]
):
    """What somebody is in a programme, and for whom they act in it."""

    programme = Named()
    role_label = Label(Role)
    partner = Named(allow_null=True)

    class Meta:
        model = Membership
        fields = ["programme", "role", "role_label", "partner"]


@extend_schema_serializer(examples=[plan.USER])
class UserSerializer(ResourceSerializer[User]):
    """A person, by name and by what they are; addresses are nobody's business here."""

    memberships = MembershipSerializer(many=True)

    class Meta:
        model = User
        fields = ["id", "name", "is_active", "is_example", "memberships"]
