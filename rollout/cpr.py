"""Keeps CPR numbers, the Danish numbers of persons, out of everything people write.

The one place that knows what one looks like. A check digit says nothing any more:
since 2007 numbers are given out that fail it, so only the day of birth is looked at.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

_GAP = r"[\s./-]?"
#: Six digits of a day of birth, or eight, and four more, in the ways people write them.
_SPELLED = re.compile(
    rf"(?<!\d)(\d\d){_GAP}(\d\d){_GAP}((?:\d\d)?\d\d)(?:\s?[-./_:]?\s?)(\d\d\d\d)(?!\d)"
)
#: Whatever stands for a hyphen.
_DASHES = re.compile("[\u00ad\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
#: Characters that are not seen, and that would part the digits.
_UNSEEN = re.compile("[\u200b-\u200f\u2060\ufeff]")
#: What is added to the day in the numbers that stand in for one.
_REPLACEMENT = 60


def holds_cpr(text: str) -> bool:
    """Say whether a text holds what looks like a CPR number."""
    plain = _UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    return any(_is_cpr(match) for match in _overlapping(_DASHES.sub("-", plain)))


def _overlapping(text: str) -> Iterator[re.Match[str]]:
    """Yield every match, also one that begins inside another."""
    start = 0
    while match := _SPELLED.search(text, start):
        yield match
        start = match.start() + 1


def _is_cpr(match: re.Match[str]) -> bool:
    day, month, year = (int(match[number]) for number in (1, 2, 3))
    if not 1 <= month <= 12:
        return False
    if day > _REPLACEMENT:
        day -= _REPLACEMENT
    # Of two digits the century is unknown; 2000 had a 29 February.
    years = [year] if year > 99 else [1900 + year, 2000 + year, 1800 + year]
    if year > 99 and not 1858 <= year <= 2057:
        return False
    return any(1 <= day <= monthrange(one, month)[1] for one in years)


def refuse_cpr(value: Any) -> None:
    """Raise ValidationError for a text that holds what looks like a CPR number."""
    if isinstance(value, str) and holds_cpr(value):
        raise ValidationError(
            _("This looks like a CPR number. Write nothing that points to a person."),
            code="cpr",
        )


#: Texts with a form of their own, in which nobody writes about people.
_FORMED = (models.SlugField, models.URLField, models.EmailField)


def is_free_text(field: Any) -> bool:
    """Say whether people write what they like in a model's field."""
    return (
        isinstance(field, models.CharField | models.TextField)
        and not isinstance(field, _FORMED)
        and not field.choices
        and field.editable
    )


def guard(every: Iterable[type[models.Model]]) -> None:
    """Let every free text of these models refuse CPR numbers when it is checked."""
    for model in every:
        for field in model._meta.fields:
            if is_free_text(field) and refuse_cpr not in field.validators:
                field.validators.append(refuse_cpr)
