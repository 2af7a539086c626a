"""Writes mails: texts from templates, in the reader's language, as safe MIME."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from rollout.models import User

#: Longest subject in characters; mail programs show about seventy.
SUBJECT_LENGTH = 200

_INLINER = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


@dataclass(frozen=True)
class Letter:
    """A written mail."""

    kind: str
    language: str
    sender: Address
    reply_to: Address | None
    to: Address
    subject: str
    text: str
    html: str
    #: Tokens of links; they stand in the mail and are kept nowhere.
    secrets: tuple[str, ...] = ()
    #: Where a mail program may end the subscription by itself; empty: it may not.
    unsubscribe_url: str = ""
    #: The due dates for the reader's calendar (iCalendar); empty: none.
    calendar: bytes = b""

    def kept(self, text: str) -> str:
        """Return a part of the mail as it may be stored: without its secrets."""
        for secret in self.secrets:
            text = text.replace(secret, "…")
        return text

    @property
    def digest(self) -> str:
        """SHA-256 of what the reader sees."""
        seen = "\n".join((self.subject, self.text, self.html))
        return sha256(seen.encode()).hexdigest()

    def as_bytes(
        self, *, message_id: str, at: datetime, extra: Mapping[str, str] | None = None
    ) -> bytes:
        """Return the mail as it goes over the wire, with ``extra`` headers.

        Raises ValueError where an address or a header cannot be written safely.
        """
        mail = EmailMessage(policy=SMTP)
        mail["From"] = self.sender
        mail["To"] = self.to
        if self.reply_to is not None:
            mail["Reply-To"] = self.reply_to
        mail["Subject"] = self.subject
        mail["Date"] = format_datetime(at)
        mail["Message-ID"] = message_id
        # Neither answering machines nor absence notes should answer a person here.
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"
        if self.unsubscribe_url:
            # One press of a button, without a page (RFC 8058).
            mail["List-Unsubscribe"] = f"<{self.unsubscribe_url}>"
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        for name, value in (extra or {}).items():
            mail[name] = value
        mail.set_content(self.text, cte="quoted-printable")
        mail.add_alternative(self.html, subtype="html", cte="quoted-printable")
        if self.calendar:
            mail.add_attachment(
                self.calendar,
                maintype="text",
                subtype="calendar",
                filename="deadline.ics",
                params={"method": "PUBLISH", "charset": "utf-8"},
            )
        # Set earlier, it would move into the first part.
        mail["Content-Language"] = self.language
        return mail.as_bytes()


def message_id(dedupe_key: str) -> str:
    """Return the Message-ID of every copy of the mail with this key."""
    digest = sha256(dedupe_key.encode()).hexdigest()[:32]
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    return f"<r.{digest}@{host}>"


def write(
    kind: str, *, to: User, asked_by: User | None, context: Mapping[str, Any]
) -> Letter:
    """Write one mail to one person in that person's language.

    ``asked_by`` is the human being who asks: named as the sender, and answers go
    there. Raises what a broken template or address raises; nothing is sent then.
    """
    with override(to.language):
        words = {**context, "reader": to, "asked_by": asked_by, "kind": kind}
        folder = f"notifications/{kind}"
        subject = one_line(render_to_string(f"{folder}/subject.txt", words))
        return Letter(
            kind=kind,
            language=to.language,
            sender=_address(
                _sender_name(asked_by), parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
            ),
            reply_to=_address(asked_by.name, asked_by.email) if asked_by else None,
            to=_address(to.name, to.email),
            subject=subject[:SUBJECT_LENGTH],
            text=_tidy(render_to_string(f"{folder}/body.txt", words)),
            html=_INLINER.inline(
                _printable(render_to_string(f"{folder}/body.html", words))
            ),
            secrets=tuple(context.get("secrets", ())),
            unsubscribe_url=context.get("unsubscribe_url", ""),
            calendar=context.get("calendar", b""),
        )


def _sender_name(asked_by: User | None) -> str:
    if asked_by is None:
        return _("Community housing programme")
    return _("%(name)s, community housing programme") % {"name": asked_by.name}


def _address(name: str, address: str) -> Address:
    return Address(display_name=one_line(name), addr_spec=one_line(address))


def one_line(text: str) -> str:
    """Make text safe for a header: one line, no control or bidi characters."""
    return " ".join(_printable(text).split())


def _printable(text: str) -> str:
    """Drop characters that steer a terminal, a header or the writing direction."""
    text = text.replace("\u2028", "\n").replace("\u2029", "\n")
    for character in set(text) - {"\n", "\t"}:
        if unicodedata.category(character) in {"Cc", "Cf"}:
            text = text.replace(character, "")
    return text


def _tidy(text: str) -> str:
    """Collapse the empty lines that template tags leave behind."""
    lines = [line.strip() for line in _printable(text).strip().split("\n")]
    kept = [line for n, line in enumerate(lines) if line or (n and lines[n - 1])]
    return "\n".join(kept) + "\n"
