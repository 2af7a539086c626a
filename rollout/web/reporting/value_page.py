"""What the page of one value shows: the value, its evidence, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from rollout.masking import tells_whether_met, value_text
from rollout.models import Measurement, MeasurementStatus, User
from rollout.services import with_targets
from rollout.web.forms import Form, VersionForm
from rollout.web.reporting.frame import RUN
from rollout.web.reporting.round_forms import CorrectionForm, EvidenceForm, ReasonForm
from rollout.web.settings import address_of
from rollout.web.sheets import Sheet

_DELIVERED = {MeasurementStatus.SUBMITTED, MeasurementStatus.APPROVED}


class ValuePage:
    """One value as one person sees it on one day."""

    def __init__(
        self, value: Measurement, *, user: User, on: date, forms: Mapping[str, Form]
    ) -> None:
        self.value, self.user, self.on, self.forms = value, user, on, forms
        self.may_run = user.has_perm(RUN, value)
        self.may_see = user.has_perm("rollout.see_small_numbers", value)

    @property
    def text(self) -> str:
        """The value as the person may see it."""
        return value_text(self.value.value, self.value, self.user)

    @cached_property
    def is_met(self) -> bool | None:
        """Whether target or threshold is met; None without either."""
        if not tells_whether_met(self.value.value, self.value, self.user):
            return None
        return with_targets([self.value])[0].is_met

    @property
    def back(self) -> str:
        """Where one comes from: the round, or the list of rounds."""
        asked = self.value.data_request
        if asked is not None:
            return reverse("rollout:round", args=[asked.round_id])
        return address_of("rollout:rounds", self.value.programme)

    @property
    def is_frozen(self) -> bool:
        """Whether an evaluation has frozen it."""
        return self.value.frozen_at is not None

    @property
    def may_approve(self) -> bool:
        """Whether the person may approve it now."""
        return self.may_run and self.value.status == MeasurementStatus.SUBMITTED

    @property
    def may_return(self) -> bool:
        """Whether the person may return it now."""
        return self.may_run and self.value.status in _DELIVERED and not self.is_frozen

    @property
    def redeliver(self) -> str:
        """Where a returned value is delivered again, for who may."""
        asked = self.value.data_request
        if asked is None or self.value.status in _DELIVERED:
            return ""
        if not self.user.has_perm("rollout.deliver_value", asked):
            return ""
        return reverse("rollout:request", args=[asked.pk])

    @property
    def approval_form(self) -> Form:
        """Which version of the value is approved."""
        initial = {"version": self.value.version}
        return self.forms.get("approval") or VersionForm(
            prefix="approval", initial=initial
        )

    @property
    def return_form(self) -> Form:
        """Why it is returned."""
        return self.forms.get("return") or ReasonForm(prefix="return")

    @property
    def correction_form(self) -> Form:
        """The right number, and why."""
        return self.forms.get("correction") or CorrectionForm(prefix="correction")

    @property
    def evidence_form(self) -> Form:
        """On what it rests."""
        initial = {"url": self.value.evidence_url}
        return self.forms.get("evidence") or EvidenceForm(
            prefix="evidence", initial=initial
        )

    @property
    def may_attach(self) -> bool:
        """Whether the person may say on what it rests."""
        asked = self.value.data_request
        if self.is_frozen:
            return False
        return self.may_run or (
            asked is not None and self.user.has_perm("rollout.deliver_value", asked)
        )

    @cached_property
    def history(self) -> Sheet:
        """What the value was before, newest first."""
        sheet = Sheet(
            _("Returned and corrected"),
            [_("When"), _("Before"), _("After"), _("Why"), _("Who")],
        )
        for one in self.value.corrections.select_related("by"):
            after = one.value_after
            sheet.add(
                timezone.localdate(one.at),
                value_text(one.value_before, self.value, self.user),
                value_text(after, self.value, self.user) or _("returned"),
                one.reason if self.may_see else "",
                str(one.by or ""),
            )
        return sheet
