"""Reads what a mail server writes when it could not deliver a mail (RFC 3464)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.parser import BytesParser
from email.utils import getaddresses, parsedate_to_datetime
from hashlib import sha256

from notifications.smtp import is_wrong_address

#: Longest words of a mail server that are kept.
TEXT_LENGTH = 1000

#: Headers in which mail servers leave the address to which a mail came.
_ARRIVED_AT = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To")
_CODE = re.compile(r"\b([245]\d\d)\b(?!\.)")
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")


@dataclass(frozen=True)
class Notification:
    """One report that a mail could not be delivered."""

    #: Where it arrived: what names the mail that came back.
    addresses: tuple[str, ...]
    #: Enhanced status (RFC 3463), such as 5.1.1.
    status: str
    #: The words of the mail server that refused.
    text: str
    #: Whether the address is wrong, and not only this attempt.
    is_hard: bool
    #: When the report was written; None where it does not say.
    at: datetime | None
    #: Names this report: the same mail read twice has the same.
    key: str


def read(mail: bytes) -> Notification | None:
    """Return what a mail reports; None for what reports no failure.

    Absence notes, reports of delay and anything else that people or machines send to
    the address are no failure.
    """
    # Python's older policy: it takes any bytes for a mail, and raises at none.
    parsed = BytesParser().parsebytes(mail)
    for block in _recipients(parsed):
        if _field(block, "Action").lower() == "failed":
            return _notification(parsed, block, mail)
    return None


def _recipients(mail: Message) -> Iterator[Message]:
    """Yield the block about each recipient of a delivery status report."""
    for part in mail.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = part.get_payload()
        # The first block is about the mail as a whole.
        for block in blocks if isinstance(blocks, list) else []:
            if isinstance(block, Message) and block.get("Final-Recipient"):
                yield block


def _notification(mail: Message, block: Message, raw: bytes) -> Notification:
    text = _field(block, "Diagnostic-Code").partition(";")[2].strip() or _words(mail)
    status = _STATUS.search(_field(block, "Status"))
    code = _CODE.search(text)
    enhanced = status[1] if status else ""
    return Notification(
        addresses=tuple(
            address
            for name in _ARRIVED_AT
            for _name, address in getaddresses(
                [str(value) for value in mail.get_all(name, [])]
            )
        ),
        status=enhanced,
        text=(text or enhanced)[:TEXT_LENGTH],
        is_hard=not enhanced.startswith("4")
        and is_wrong_address(int(code[1]) if code else None, f"{enhanced} {text}"),
        at=_date(mail),
        key=f"dsn:{_name(mail, raw)}",
    )


def _words(mail: Message) -> str:
    """Return the line for people that names a status; Exim writes it nowhere else.

    Empty where there is none.
    """
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            break
        if part.get_content_type() == "text/plain":
            payload = part.get_payload(decode=True)
            content = payload if isinstance(payload, bytes) else b""
            text = content.decode("utf-8", "replace").replace("\0", "")
            for line in text.splitlines():
                if _CODE.search(line) and _STATUS.search(line):
                    return line.strip()
    return ""


def _name(mail: Message, raw: bytes) -> str:
    named = str(mail.get("Message-ID", "")).strip()
    return sha256(named.encode() if named else raw).hexdigest()


def _date(mail: Message) -> datetime | None:
    try:
        found = parsedate_to_datetime(str(mail.get("Date", "")))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _field(block: Message, name: str) -> str:
    value = " ".join(str(block.get(name, "")).replace("\0", "").split())
    return value.strip()
