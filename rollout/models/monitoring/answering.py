"""Which value answers which request: a number that several rounds ask is given once."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from rollout.models.monitoring.measurement import Measurement
from rollout.models.monitoring.request import DataRequest
from rollout.models.visibility import VisibleQuerySet


class AnsweringQuerySet(VisibleQuerySet["Answering"]):
    """Answered requests and their filters."""

    programme_path = "request__round__programme"
    partner_paths = ("request__partner",)
    is_view = True


class Answering(models.Model):
    """A row of the view that finds the value of each request's number, if there is one.

    That is the value of its indicator, place and period, whatever became of it and
    whichever round it was delivered for.
    """

    request = models.OneToOneField(
        DataRequest, models.DO_NOTHING, primary_key=True, related_name="answering"
    )
    measurement = models.ForeignKey(
        Measurement, models.DO_NOTHING, related_name="answers"
    )

    objects = AnsweringQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "rollout_answering"
        verbose_name = _("answered data request")
        verbose_name_plural = _("answered data requests")

    def __str__(self) -> str:
        return f"{self.request}: {self.measurement}"
