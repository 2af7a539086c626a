"""Calendars that programs subscribe to by a secret address, and what stands in them.

Only the digest of a secret is stored: who reads the database can open no calendar.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rollout.models import Place, Programme


class FeedScope(models.TextChoices):
    """Whose deadlines a calendar holds, of those that its owner may see."""

    PERSON = "person", _("my own deadlines")
    PLACE = "place", _("one place")
    PROGRAMME = "programme", _("the whole programme")


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    """Calendars and their filters."""

    def visible_to(self, user: Any) -> CalendarFeedQuerySet:
        """Keep one's own: an address is worth what its owner may see."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(owner=user)

    def open(self) -> CalendarFeedQuerySet:
        """Keep those that answer: not revoked, of people still active."""
        return self.filter(revoked_at=None, owner__is_active=True)


class CalendarFeed(models.Model):
    """One address under which a calendar program finds somebody's deadlines."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="+",
        verbose_name=_("owner"),
    )
    scope = models.CharField(_("content"), max_length=10, choices=FeedScope)
    programme = models.ForeignKey(
        Programme,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("programme"),
    )
    place = models.ForeignKey(
        Place,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("place"),
    )
    #: SHA-256 of the secret in the address, which is shown once and kept nowhere.
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    #: When its events were last compared with the deadlines.
    refreshed_at = models.DateTimeField(null=True, blank=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="calendarfeed_scope_names_its_object",
                condition=Q(scope="person", programme=None, place=None)
                | Q(scope="place", programme=None, place__isnull=False)
                | Q(scope="programme", programme__isnull=False, place=None),
            ),
            models.CheckConstraint(
                name="calendarfeed_stores_a_digest",
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"),
            ),
        ]
        indexes = [
            # Each round takes those that were compared longest ago.
            models.Index(
                fields=["refreshed_at"],
                name="calendarfeed_open_by_age",
                condition=Q(revoked_at=None),
            ),
        ]

    def __str__(self) -> str:
        return str(self.place or self.programme or FeedScope.PERSON.label)

    @property
    def bound_to(self) -> Programme | None:
        """The programme in which its owner must take part; none for one's own."""
        return self.place.programme if self.place else self.programme


class CalendarEvent(models.Model):
    """A deadline as one calendar shows it, kept for a while after it is gone.

    A calendar program has to be told that something is cancelled, and that what it
    shows has changed; neither can be read from the deadlines as they are now.
    """

    feed = models.ForeignKey(
        CalendarFeed, models.CASCADE, related_name="events", verbose_name=_("calendar")
    )
    #: The deadline's key in the view, such as ``milestone:12``.
    key = models.CharField(max_length=40)
    kind = models.CharField(_("kind"), max_length=12)
    title = models.CharField(_("title"), max_length=300)
    #: The activity, by its initiative and place; empty where there is none.
    about = models.CharField(_("activity"), max_length=330, blank=True)
    due_on = models.DateField(_("due on"))
    #: The page that shows it.
    path = models.CharField(max_length=100)
    #: Whether it may yet come to nothing, such as what LBF has not agreed to.
    is_tentative = models.BooleanField(_("tentative"), default=False)
    is_example = models.BooleanField(_("example"), default=False)
    #: Counts what was changed since it was first shown.
    sequence = models.PositiveIntegerField(_("number"), default=0)
    changed_at = models.DateTimeField(_("changed"))
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)

    class Meta:
        verbose_name = _("calendar event")
        verbose_name_plural = _("calendar events")
        ordering = ["due_on", "key"]
        constraints = [
            models.UniqueConstraint(
                fields=["feed", "key"], name="calendarevent_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.title
