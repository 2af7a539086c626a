"""Work that takes longer than anybody should wait for a page, and how far it is."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from rollout.models.people import User
from rollout.models.programme import Programme


class JobKind(models.TextChoices):
    """What is to be done."""

    PLAN = "plan", _("apply a plan file")
    BULK = "bulk", _("change several activities")


class JobState(models.TextChoices):
    """How far a job has come; the last three are its end."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("under way")
    DONE = "done", _("done")
    REFUSED = "refused", _("refused")
    FAILED = "failed", _("failed")


class JobQuerySet(models.QuerySet["Job"]):
    """Jobs and their filters."""

    def visible_to(self, user: User | AnonymousUser) -> JobQuerySet:
        """Keep the person's own."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(by=user)

    def unfinished(self) -> JobQuerySet:
        """Keep what waits, or was under way when a worker died."""
        return self.filter(state__in=[JobState.WAITING, JobState.RUNNING])


class Job(models.Model):
    """One piece of long work; a worker does it once, all or nothing."""

    programme = models.ForeignKey(
        Programme, models.CASCADE, related_name="jobs", verbose_name=_("programme")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=JobKind)
    by = models.ForeignKey(
        User, models.CASCADE, related_name="+", verbose_name=_("asked for by")
    )
    #: What the person asked for, in words.
    title = models.CharField(_("title"), max_length=300)
    #: What :mod:`rollout.jobs` needs to do it.
    asked = models.JSONField(default=dict, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=JobState, default=JobState.WAITING
    )
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("in all"), default=0)
    #: What was done, or why nothing was, in the language of who asked.
    told = models.TextField(_("result"), blank=True)
    #: One line for each thing that refused.
    refusals = models.JSONField(_("refusals"), default=list)
    asked_at = models.DateTimeField(_("asked at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                name="job_has_ended_when_it_says_so",
                condition=Q(state__in=["waiting", "running"]) & Q(ended_at=None)
                | Q(state__in=["done", "refused", "failed"])
                & Q(ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="job_has_done_no_more_than_all", condition=Q(done__lte=F("total"))
            ),
        ]
        indexes = [
            # rollout.jobs.carry_out: what still waits, oldest first.
            models.Index(
                fields=["asked_at"],
                name="job_unfinished",
                condition=Q(state__in=["waiting", "running"]),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the path of the page that tells how far it is."""
        return reverse("rollout:job", args=[self.pk])

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.ended_at is not None
