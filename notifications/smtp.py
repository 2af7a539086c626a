"""Talks to the mail server over one kept connection, and says what each answer means.

The one moment that matters is the end of DATA: before it a failure is certain and a
further attempt free; after it nobody knows whether the mail was taken.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Self

from notifications.dialling import dial
from notifications.watchdog import cut_off

#: Class and subject of an enhanced status (RFC 3463), and no part of an IP address.
_STATUS = re.compile(r"(?<![\d.])([245]\.\d)\.\d{1,3}(?![\d.])")


class Fate(Enum):
    """What became of one attempt; what follows from it is the outbox's business."""

    #: The server answered 250: it has the mail.
    SENT = "sent"
    #: Certainly not taken; try this mail again later.
    RETRY = "retry"
    #: The server cannot be reached or serves nobody: all mail waits.
    RELAY_DOWN = "relay_down"
    #: Our settings are wrong: all mail waits for a person.
    CONFIGURATION = "configuration"
    #: This address is refused for good.
    ADDRESS = "address"
    #: This mail is refused for good, or cannot be written.
    POISON = "poison"
    #: Handed over whole, and no answer.
    UNKNOWN = "unknown"
    #: Somebody else took the message over before DATA.
    LOST = "lost"


@dataclass(frozen=True)
class Result:
    """The fate of one attempt and the server's words."""

    fate: Fate
    code: int | None = None
    reply: str = ""


@dataclass(frozen=True)
class Patience:
    """How long to wait, in seconds."""

    connect: float = 10
    command: float = 30
    #: For the answer to the whole mail (RFC 5321, 4.5.3.2.6).
    final: float = 600
    #: Wall clock for everything before DATA, since socket timeouts count per read.
    dialogue: float = 60
    #: Wall clock for DATA, the mail and the answer.
    data: float = 660


class Relay:
    """One connection to the mail server of the settings, opened when first needed."""

    def __init__(self, patience: Patience | None = None) -> None:
        self.patience = patience or Patience()
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        """Return the relay; it connects by itself."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Take leave of the server."""
        if self._smtp is not None:
            with (
                contextlib.suppress(OSError, smtplib.SMTPException),
                cut_off(self._smtp, 2),
            ):
                self._smtp.quit()
            self._close()

    def send(
        self, *, sender: str, recipient: str, mail: bytes, fence: Callable[[], bool]
    ) -> Result:
        """Hand over one mail to one recipient.

        ``fence`` is asked just before DATA; where it says no, nothing is sent. What
        it raises is raised here, after the connection is reset.
        """
        was_kept = self._smtp is not None
        result = self._attempt(sender, recipient, mail, fence)
        if was_kept and result.fate is Fate.RETRY and self._smtp is None:
            # An idle connection that the server had closed: free to try at once.
            result = self._attempt(sender, recipient, mail, fence)
        return result

    def _attempt(
        self, sender: str, recipient: str, mail: bytes, fence: Callable[[], bool]
    ) -> Result:
        refused = self._connect()
        smtp = self._smtp
        if refused is not None or smtp is None:
            return refused or Result(Fate.RELAY_DOWN)
        try:
            with cut_off(smtp, self.patience.dialogue):
                result = _envelope(smtp, sender, recipient)
        except (OSError, smtplib.SMTPException) as error:
            self._close()
            return _before_the_dot(error)
        if result is None:
            result = self._data(smtp, mail, fence)
        if result.fate is not Fate.SENT:
            self._reset()
        return result

    def _data(
        self, smtp: smtplib.SMTP, mail: bytes, fence: Callable[[], bool]
    ) -> Result:
        try:
            may_go_on = fence()
        except BaseException:
            self._close()
            raise
        if not may_go_on:
            return Result(Fate.LOST)
        with cut_off(smtp, self.patience.data):
            try:
                code, reply = smtp.docmd("DATA")
                if code != 354:
                    return _refused_content(code, reply)
                smtp.send(_dotted(mail))
            except (OSError, smtplib.SMTPException) as error:
                self._close()
                return _before_the_dot(error)
            try:
                if smtp.sock is not None:
                    smtp.sock.settimeout(self.patience.final)
                smtp.send(b".\r\n")
                code, reply = smtp.getreply()
                if smtp.sock is not None:
                    smtp.sock.settimeout(self.patience.command)
            except (OSError, smtplib.SMTPException) as error:
                self._close()
                return Result(Fate.UNKNOWN, None, _words(error))
        if code == 250:
            return Result(Fate.SENT, code, _text(reply))
        if not 400 <= code < 600:
            # A garbled or cut-off answer: the server may well have taken the mail.
            self._close()
            return Result(Fate.UNKNOWN, None, _text(reply))
        return _refused_content(code, reply)

    def _connect(self) -> Result | None:
        """Connect and log in; return why it failed, or None."""
        if self._smtp is not None:
            return None
        try:
            self._smtp = dial(
                connect=self.patience.connect,
                command=self.patience.command,
                limit=self.patience.dialogue,
            )
        except (OSError, smtplib.SMTPException) as error:
            self._close()
            return _cannot_connect(error)
        return None

    def _reset(self) -> None:
        """Forget the mail under way; a server that does not follow is left."""
        if self._smtp is None:
            return
        try:
            with cut_off(self._smtp, self.patience.command):
                code, _reply = self._smtp.rset()
        except (OSError, smtplib.SMTPException):
            code = 0
        if code != 250:
            self._close()

    def _close(self) -> None:
        if self._smtp is not None:
            with contextlib.suppress(OSError):
                self._smtp.close()
            self._smtp = None


def _envelope(smtp: smtplib.SMTP, sender: str, recipient: str) -> Result | None:
    """Say from whom and to whom; return why it was refused, or None."""
    options = []
    if not recipient.isascii():
        if not smtp.has_extn("smtputf8"):
            return Result(Fate.POISON, None, "the mail server takes no such address")
        options.append("SMTPUTF8")
    code, reply = smtp.mail(sender, options)
    if code != 250:
        return _refused_sender(code, reply)
    code, reply = smtp.rcpt(recipient)
    if code not in {250, 251}:
        return _refused_recipient(code, reply)
    return None


def _refused_sender(code: int, reply: bytes) -> Result:
    text = _text(reply)
    if code < 500:
        return Result(Fate.RETRY, code, text)
    # Too large a mail is that mail's fault; all else is ours and hits every mail.
    fate = Fate.POISON if code == 552 else Fate.CONFIGURATION
    return Result(fate, code, text)


def _refused_recipient(code: int, reply: bytes) -> Result:
    text = _text(reply)
    if code < 500:
        return Result(Fate.RETRY, code, text)
    if code == 530 or code == 535:
        return Result(Fate.CONFIGURATION, code, text)
    fate = Fate.ADDRESS if is_wrong_address(code, text) else Fate.RETRY
    return Result(fate, code, text)


def is_wrong_address(code: int | None, text: str) -> bool:
    """Say whether an answer means that the address itself does not work.

    Only that may silence a person. 5.7.x may be a policy against us, 5.2.2 is a full
    mailbox, 500 to 504 a server in disorder.
    """
    given = {found[1] for found in _STATUS.finditer(text)}
    is_wrong = "5.1" in given or code in {550, 551, 553, 556}
    return is_wrong and "5.7" not in given and "5.2.2" not in text


def _refused_content(code: int, reply: bytes) -> Result:
    text = _text(reply)
    if code == 530 or code == 535:
        return Result(Fate.CONFIGURATION, code, text)
    return Result(Fate.RETRY if code < 500 else Fate.POISON, code, text)


def _before_the_dot(error: Exception) -> Result:
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Result(Fate.POISON, None, _words(error))
    return Result(Fate.RETRY, getattr(error, "smtp_code", None), _words(error))


def _cannot_connect(error: Exception) -> Result:
    code = getattr(error, "smtp_code", None)
    is_ours = isinstance(
        error, ssl.SSLCertVerificationError | smtplib.SMTPNotSupportedError
    ) or (isinstance(code, int) and code >= 500)
    fate = Fate.CONFIGURATION if is_ours else Fate.RELAY_DOWN
    return Result(
        fate, code if isinstance(code, int) and code > 0 else None, _words(error)
    )


def _dotted(mail: bytes) -> bytes:
    """Return the mail as DATA wants it: CRLF, dots doubled, ending in a line."""
    body = mail.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    body = body.replace(b"\r\n.", b"\r\n..")
    if body.startswith(b"."):
        body = b"." + body
    return body if body.endswith(b"\r\n") else body + b"\r\n"


def _text(reply: bytes) -> str:
    return " ".join(reply.decode("utf-8", "replace").replace("\0", "").split())[:1000]


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".replace("\0", "")[:1000]
