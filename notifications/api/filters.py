"""What the ledger of reminders and the webhooks can be narrowed by."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from notifications.models import LedgerState
from rollout.api.filters.fields import (
    ChoicesFilter,
    CodeFilter,
    FilterSet,
    KeyFilter,
    by_programme,
    from_day,
    until_day,
)
from rollout.models import REMINDED, Membership


class _Kinds:
    choices = REMINDED


class ReminderFilters(FilterSet):
    """Narrows the ledger."""

    programme = by_programme()
    activity = KeyFilter(field_name="activity_id", help_text="Key of the activity.")
    kind = ChoicesFilter(_Kinds, help_text="One or more kinds of deadlines.")
    object_id = KeyFilter(
        help_text="Key of the milestone, round or request, together with `kind`."
    )
    person = KeyFilter(
        method="for_person", help_text="Key of who was told, or on whose behalf."
    )
    partner = CodeFilter(
        method="for_partner", help_text="Code of the partner for which they act."
    )
    state = ChoicesFilter(
        LedgerState, field_name="ledger_state", help_text="One or more states."
    )
    since = from_day("send_on", "Goes or went out on this date or later.")
    until = until_day("send_on", "Goes or went out on this date or before.")

    def for_person(self, rows: QuerySet[Any], name: str, key: int) -> QuerySet[Any]:
        """Keep what went to a person, or to who stands in for them."""
        return rows.filter(Q(recipient=key) | Q(principal=key))

    def for_partner(self, rows: QuerySet[Any], name: str, code: str) -> QuerySet[Any]:
        """Keep what went to who acts for a partner that the caller sees."""
        caller: Any = self.request
        acting = Membership.objects.visible_to(caller.user).filter(partner__code=code)
        people = acting.values("user")
        return rows.filter(
            Q(recipient__in=people) | Q(principal__in=people),
            programme__in=acting.values("programme"),
        )


class WebhookFilters(FilterSet):
    """Narrows the webhooks."""

    programme = by_programme()
