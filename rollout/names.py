"""Names and other texts that people write: nothing in them that nobody sees.

Marks that turn the direction of writing, characters without width and control
characters make one name look like another, or one line like two.
"""

from __future__ import annotations

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

#: Control, format (direction, no width), unassigned, private, half of a pair, and
#: ends of lines.
_UNSEEN = frozenset(("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"))


def refuse_unseen(value: str) -> None:
    """Refuse a line with characters that nobody sees. Raises ValidationError."""
    if any(is_unseen(sign) for sign in value):
        raise ValidationError(
            _("There is a character here that cannot be seen. Write it anew."),
            code="unseen",
        )


def is_unseen(sign: str) -> bool:
    """Say whether a reader cannot see a character."""
    return unicodedata.category(sign) in _UNSEEN


def cleaned(text: str, *, is_multiline: bool = False) -> str:
    """Return a text that came from elsewhere, composed and without what is unseen.

    In a line, all white space is one space; of several lines, ends and tabs stay.
    """
    if is_multiline:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    else:
        # Before anything is dropped: a tab is unseen, but it parts two words.
        text = " ".join(text.split())
    kept = "".join(sign for sign in text if sign in "\n\t" or not is_unseen(sign))
    text = composed(kept)
    return text.strip() if is_multiline else " ".join(text.split())


def composed(value: str) -> str:
    """Return a text as it is stored: the same letters by the same characters (NFC)."""
    return unicodedata.normalize("NFC", value)
