"""Links in mails by which their reader chooses which mails to get, without an account.

A token names the person and the mailing and is signed together with the address, so
nothing is stored. It is good while the person has that address: a mail may be old.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from notifications.models import MessageKind
from rollout.addresses import in_full
from rollout.models import ReminderMode, User
from rollout.services import change_profile

_SALT = "notifications.subscriptions"


class Mailing(StrEnum):
    """What can be subscribed to."""

    REMINDERS = "reminders"
    DIGEST = "digest"
    SUMMARY = "summary"


#: To which mailing mails belong whose reader has a choice.
MAILINGS = {
    MessageKind.REMINDER: Mailing.REMINDERS,
    MessageKind.OVERDUE: Mailing.REMINDERS,
    MessageKind.REMINDERS: Mailing.REMINDERS,
    MessageKind.DIGEST: Mailing.DIGEST,
    MessageKind.SUMMARY: Mailing.SUMMARY,
}
#: Mailings that mail programs may end by one press of a button (RFC 8058). Reminders
#: by themselves are none: part of them nobody can decline.
ONE_CLICK = (Mailing.DIGEST, Mailing.SUMMARY)


@dataclass(frozen=True)
class Subscription:
    """One person's subscription to one mailing."""

    person: User
    mailing: Mailing

    @property
    def is_on(self) -> bool:
        """Whether the person still gets this mailing as it was when the mail left."""
        if self.mailing == Mailing.SUMMARY:
            return self.person.has_weekly_summary
        mode = ReminderMode(self.person.reminder_mode)
        return mode == (
            ReminderMode.DIGEST
            if self.mailing == Mailing.DIGEST
            else ReminderMode.SINGLE
        )


def token_for(person: User, mailing: Mailing) -> str:
    """Return the token that stands in a mail of this mailing to this person."""
    return f"{person.pk}-{mailing}-{_signature(person, mailing, settings.SECRET_KEY)}"


def _signature(person: User, mailing: str, secret: str) -> str:
    signed = f"{person.pk}:{mailing}:{person.email.lower()}"
    return salted_hmac(_SALT, signed, secret=secret, algorithm="sha256").hexdigest()


def url_of(token: str) -> str:
    """Return the address for a token."""
    return in_full(reverse("notifications:subscription", args=[token]))


def find(token: str) -> Subscription | None:
    """Return what a token is for; None for a forged one or one of an old address."""
    key, _dash, rest = token.partition("-")
    mailing, _dash, signature = rest.partition("-")
    if not (key.isdecimal() and len(key) < 19) or mailing not in list(Mailing):
        return None
    person = User.objects.filter(pk=int(key), is_active=True).first()
    if person is None:
        return None
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    good = [_signature(person, mailing, secret) for secret in secrets]
    if not any(constant_time_compare(signature, one) for one in good):
        return None
    return Subscription(person, Mailing(mailing))


def unsubscribe(subscription: Subscription, *, on: date) -> None:
    """End a subscription; doing it again changes nothing.

    What has to be sent is sent all the same.
    """
    if subscription.mailing == Mailing.SUMMARY:
        values: dict[str, object] = {"has_weekly_summary": False}
    elif subscription.is_on:
        values = {"reminder_mode": ReminderMode.REQUIRED}
    else:
        return
    change_profile(subscription.person, values, by=subscription.person, on=on)
