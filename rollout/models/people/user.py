"""A person, a shared mailbox or a program that acts for a programme."""

from __future__ import annotations

import secrets
from datetime import date
from typing import TYPE_CHECKING, Any, cast

import rules
from django.apps import apps
from django.contrib.auth.models import (
    AbstractBaseUser,
    BaseUserManager,
    PermissionsMixin,
)
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from rollout.models.programme import Programme
from rollout.names import refuse_unseen

if TYPE_CHECKING:
    from rollout.models.people.membership import MembershipQuerySet


def _memberships() -> MembershipQuerySet:
    # They point at people, so their module comes after this one.
    memberships: Any = apps.get_model("rollout", "Membership")._default_manager
    return cast("MembershipQuerySet", memberships.all())


#: Where the addresses of service accounts end; RFC 2606 keeps it from existing.
SERVICE_DOMAIN = "service.invalid"


class UserQuerySet(models.QuerySet["User"]):
    """People and their filters."""

    def visible_to(self, user: Any) -> UserQuerySet:
        """Keep those who share a programme with this person, and the person."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        programmes = Programme.objects.visible_to(user).values("pk")
        members = _memberships().filter(programme__in=programmes).values("user")
        return self.filter(Q(pk=user.pk) | Q(pk__in=members))

    def open_to(self, user: Any) -> UserQuerySet:
        """Keep those whose page this person may open.

        Their own, their colleagues', and everybody's in programmes they read whole.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        held = _memberships().filter(user=user)
        known = _memberships().filter(
            Q(programme__in=held.reading_all().values("programme"))
            | Q(partner__in=held.values("partner"))
        )
        return self.filter(Q(pk=user.pk) | Q(pk__in=known.values("user")))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Makes people; the e-mail address is the login name."""

    def create_user(
        self, email: str, password: str | None = None, **fields: Any
    ) -> User:
        """Create a person; without a password they can be mailed but not log in."""
        user: User = self.model(email=self.normalize_email(email).lower(), **fields)
        if password is None:
            user.set_unusable_password()
        else:
            user.set_password(password)
        user.save(using=self._db)
        return user

    def create_service(self, name: str) -> User:
        """Create a service account: a program that calls the API and never logs in."""
        # A domain that never exists: whatever is sent there reaches nobody.
        address = f"{secrets.token_hex(8)}@{SERVICE_DOMAIN}"
        return self.create_user(address, name=name, is_service=True)

    def create_superuser(
        self, email: str, password: str | None = None, **fields: Any
    ) -> User:
        """Create an instance administrator: people and settings, no programme."""
        return self.create_user(
            email, password, **(fields | {"is_staff": True, "is_superuser": True})
        )

    def get_by_natural_key(self, username: str | None) -> User:
        """Find a person by e-mail address, whatever its case."""
        user: User = self.get(email__iexact=username)
        return user


class Language(models.TextChoices):
    """Languages in which a person can be addressed."""

    DANISH = "da", "Dansk"
    ENGLISH = "en", "English"


class ReminderMode(models.TextChoices):
    """How a person wants to be reminded."""

    SINGLE = "single", _("each deadline by itself, when its day comes")
    DIGEST = "digest", _("one mail on Mondays about everything")
    #: Who unsubscribed from the digest. What is owed to LBF is told all the same.
    REQUIRED = "required", _("only what has to be sent")


class User(AbstractBaseUser, PermissionsMixin):
    """A person, or a shared mailbox, that can be responsible and be mailed.

    Partners need no account: a person without a usable password is a contact.
    """

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120, validators=[refuse_unseen])
    language = models.CharField(
        _("language"), max_length=2, choices=Language, default=Language.DANISH
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("instance administrator"), default=False)
    #: Reads how many activities stand where in every programme, and nothing else there.
    is_national_observer = models.BooleanField(
        _("national observer"), default=False, db_default=False
    )
    #: Calls the API with tokens that managers look after, and gets no mail.
    is_service = models.BooleanField(
        _("service account"), default=False, db_default=False, editable=False
    )
    #: Who gets this person's reminders from the first date to the last, inclusive.
    stand_in = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("stand-in"),
    )
    stand_in_from = models.DateField(_("stand-in from"), null=True, blank=True)
    stand_in_until = models.DateField(_("stand-in until"), null=True, blank=True)
    reminder_mode = models.CharField(
        _("reminders"),
        max_length=8,
        choices=ReminderMode,
        default=ReminderMode.SINGLE,
        db_default=ReminderMode.SINGLE,
    )
    #: The last day on which this person is not reminded.
    paused_until = models.DateField(
        _("pause until and including"), null=True, blank=True
    )
    #: Of use to who manages a programme.
    has_weekly_summary = models.BooleanField(
        _("weekly summary"), default=True, db_default=True
    )
    #: Whether "/" and "?" alone do something, which who speaks their texts must be
    #: able to end (WCAG 2.1.4).
    has_character_keys = models.BooleanField(
        _("/ and ? as shortcuts"), default=True, db_default=True
    )
    #: When the person had seen enough of the tour; empty while it is still offered.
    tour_seen_at = models.DateTimeField(
        _("tour seen"), null=True, blank=True, editable=False
    )
    is_example = models.BooleanField(_("example"), default=False, editable=False)

    #: The only programme in which the person acts at present, by key: that of the
    #: token with which a program calls. None: all of theirs. Never stored.
    bound_to: int | None = None

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name", "email"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_is_unique"),
            models.CheckConstraint(
                name="user_reminder_mode_is_known",
                condition=Q(reminder_mode__in=ReminderMode.values),
            ),
            models.CheckConstraint(
                name="user_service_account_administers_nothing",
                condition=Q(is_service=False) | Q(is_staff=False, is_superuser=False),
            ),
            models.CheckConstraint(
                name="user_is_not_own_stand_in",
                condition=Q(stand_in=None) | ~Q(stand_in=F("id")),
            ),
            models.CheckConstraint(
                name="user_stand_in_window_is_in_order",
                condition=Q(stand_in_from=None)
                | Q(stand_in_until=None)
                | Q(stand_in_from__lte=F("stand_in_until")),
            ),
        ]
        indexes = [
            # Every page asks whether anything is invented, and mostly nothing is.
            models.Index(
                fields=["id"], name="user_examples", condition=Q(is_example=True)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the path of the person's page."""
        return reverse("rollout:person", args=[self.pk])

    def get_full_name(self) -> str:
        """Return the person's name, as Django's own code asks for it."""
        return self.name

    def get_short_name(self) -> str:
        """Return the person's name, as Django's own code asks for it."""
        return self.name

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Say whether the person holds a permission, on an object where one is given.

        On an object only roles count: an instance administrator looks after people
        and settings and has no rights in a programme by being one.
        """
        if obj is None:
            return super().has_perm(perm)
        return bool(rules.has_perm(perm, self, obj))

    def is_paused_on(self, day: date) -> bool:
        """Say whether this person is not to be reminded on ``day``."""
        return self.paused_until is not None and day <= self.paused_until

    def stands_in_on(self, day: date) -> bool:
        """Say whether a stand-in takes this person's place on ``day``."""
        return self.stand_in_id is not None and (
            (self.stand_in_from is None or self.stand_in_from <= day)
            and (self.stand_in_until is None or day <= self.stand_in_until)
        )
