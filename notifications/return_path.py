"""The address to which a mail comes back: it names the mail, and cannot be made up.

``bounce+<message>.<signature>@domain`` (VERP). The signature needs the secret key, so
that only who received the mail, or carried it, can report that it came back.
"""

from __future__ import annotations

from email.utils import parseaddr

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from notifications.models import Message

#: Hexadecimal digits of the signature: 80 bits. Mail servers may change the case of an
#: address and cut off what is longer than 64 characters before the @.
SIGNATURE = 20

#: Keeps these signatures apart from all others made with the same key.
_SALT = "notifications.return_path"


def envelope_sender(message: Message) -> str:
    """Return the envelope sender of a mail.

    Without ``BOUNCE_ADDRESS`` in the settings it is the same for all mails.
    """
    if not settings.BOUNCE_ADDRESS:
        return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    local, _at, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    return f"{local}+{mark_of(message)}@{domain}"


def message_at(address: str) -> Message | None:
    """Return the mail that comes back to this address; None for any other address."""
    local, _at, domain = parseaddr(address)[1].strip().lower().rpartition("@")
    name, plus, mark = local.partition("+")
    ours = f"{name}@{domain}" == settings.BOUNCE_ADDRESS.lower()
    return message_marked(mark) if plus and ours else None


def mark_of(message: Message) -> str:
    """Return what names a mail to others: its number and a signature."""
    return f"{message.pk}.{_signature(message.pk)}"


def message_marked(mark: str) -> Message | None:
    """Return the mail with this mark; None where the signature is not ours."""
    number, _dot, signature = mark.partition(".")
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        return None
    if not constant_time_compare(signature, _signature(int(number))):
        return None
    return Message.objects.filter(pk=int(number)).first()


def _signature(number: int) -> str:
    digest = salted_hmac(_SALT, str(number), algorithm="sha256").hexdigest()
    return digest[:SIGNATURE]
