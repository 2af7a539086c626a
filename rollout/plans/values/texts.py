"""Texts, and what is written as one: codes, addresses, references."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext as _

from rollout.cpr import holds_cpr
from rollout.names import cleaned, is_unseen
from rollout.plans.tree import Scalar
from rollout.plans.values.base import Value, ValueType, joined, short


@dataclass(frozen=True)
class Text(ValueType):
    """Words."""

    max_length: int | None = None
    is_multiline: bool = False

    def words(self) -> str:
        """Return the type in a few words."""
        return "text"

    def parse(self, text: str, node: Scalar) -> Value:
        """Return the text, normalised; refuse what cannot be seen or stored."""
        unwanted = next((c for c in text if c not in "\n\r\t" and is_unseen(c)), None)
        if unwanted:
            raise self.wrong(
                node,
                _("The text holds the invisible character %(code)s.")
                % {"code": f"U+{ord(unwanted):04X}"},
                _("Delete it."),
            )
        if not self.is_multiline and "\n" in text.strip():
            raise self.wrong(
                node, _("The text has several lines."), _("Write it in one line.")
            )
        if type(self) is Text and holds_cpr(text):
            raise self.wrong(
                node,
                _("This looks like a CPR number."),
                _("Write nothing that points to a person."),
            )
        text = cleaned(text, is_multiline=self.is_multiline)
        if self.max_length and len(text) > self.max_length:
            raise self.wrong(
                node,
                _("The text has %(length)s characters.") % {"length": len(text)},
                _("Write at most %(limit)s.") % {"limit": self.max_length},
            )
        return text or None

    def expected(self) -> str:
        """Return the words for a text."""
        return _("a text")

    def json_schema(self) -> dict[str, Any]:
        """Return a string with its length."""
        limit = {"maxLength": self.max_length} if self.max_length else {}
        return {"type": "string", **limit}


_SPELLED = str.maketrans(
    {"æ": "ae", "ø": "oe", "å": "aa", "Æ": "Ae", "Ø": "Oe", "Å": "Aa"}
)


@dataclass(frozen=True)
class Code(ValueType):
    """A short name by which other entries refer to this one."""

    max_length: int = 60

    def words(self) -> str:
        """Return the type in a few words."""
        return "code"

    def parse(self, text: str, node: Scalar) -> Value:
        """Return the code; refuse all but letters, digits, hyphen and underscore."""
        if re.fullmatch(r"[A-Za-z0-9_-]+", text) and len(text) <= self.max_length:
            return text
        spelled = re.sub(r"[^A-Za-z0-9]+", "-", text.translate(_SPELLED)).strip("-")
        idea = spelled[: self.max_length].lower()
        raise self.wrong(
            node,
            _("“%(text)s” is no code.") % {"text": short(text)},
            joined(
                _("Use letters a to z, digits, hyphens and underscores, at most 60."),
                _("For example “%(idea)s”.") % {"idea": idea} if idea else "",
            ),
        )

    def expected(self) -> str:
        """Return the words for a code."""
        return _("a code")

    def json_schema(self) -> dict[str, Any]:
        """Return a string of the allowed characters."""
        return {
            "type": "string",
            "pattern": "^[A-Za-z0-9_-]+$",
            "maxLength": self.max_length,
        }


@dataclass(frozen=True)
class Url(Text):
    """A web address."""

    def words(self) -> str:
        """Return the type in a few words."""
        return "web address"

    def parse(self, text: str, node: Scalar) -> Value:
        """Return the address; refuse all but http and https."""
        value = super().parse(text, node)
        try:
            URLValidator(schemes=["http", "https"])(value)
        except ValidationError:
            what = _("“%(text)s” is no web address.") % {"text": short(text)}
            raise self.wrong(node, what) from None
        return value

    def expected(self) -> str:
        """Return the words for a web address."""
        return _("an address that begins with https://")

    def json_schema(self) -> dict[str, Any]:
        """Return a URI."""
        return {**super().json_schema(), "format": "uri"}


@dataclass(frozen=True)
class Email(Text):
    """An e-mail address, always in small letters."""

    def words(self) -> str:
        """Return the type in a few words."""
        return "e-mail address"

    def parse(self, text: str, node: Scalar) -> Value:
        """Return the address in small letters; refuse what is none."""
        value = super().parse(text, node)
        try:
            validate_email(str(value))
        except ValidationError:
            what = _("“%(text)s” is no e-mail address.") % {"text": short(text)}
            raise self.wrong(node, what) from None
        return str(value).lower()

    def expected(self) -> str:
        """Return the words for an e-mail address."""
        return _("an e-mail address")

    def json_schema(self) -> dict[str, Any]:
        """Return an e-mail address."""
        return {**super().json_schema(), "format": "email"}


@dataclass(frozen=True)
class Ref(Text):
    """The code of another entry; whether it exists is checked later."""

    #: Kind of the entry referred to.
    to: str = ""

    def words(self) -> str:
        """What is referred to."""
        return _WORDS_FOR_REFERENCE.get(self.to, f"code of a {self.to}")

    def expected(self) -> str:
        """Return the words for a reference."""
        return _("one code")


_WORDS_FOR_REFERENCE = {
    "person": "e-mail address of a person",
    "activity": "activity, as `initiative/place`",
    "initiative": "code of an initiative",
    "indicator": "code of an indicator",
    "milestone": "title of a milestone",
    "earlier initiative": "earlier initiative, as `programme/initiative`",
    "programme": "code of a programme in the database",
}
