"""How alike two texts are: by their trigrams, whatever the spelling of æ, ø and å.

PostgreSQL computes it in functions of our own (decision 9): the extension
pg_trgm is not shipped with the embedded server, and its notion of a word knows
nothing of Danish. A text is written plainly first: small letters, ``ae oe aa``, no
accents, one space between words.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func, Value

_TEXTS: ArrayField[list[str], list[str]] = ArrayField(models.TextField())


class Trigrams(Func):
    """The trigrams of a text's words, each word begun with two spaces."""

    function = "rollout_trigrams"
    output_field = _TEXTS


class Likeness(Func):
    """The share of some trigrams that a text holds, from 0 to 1."""

    function = "rollout_likeness"
    output_field = models.FloatField()

    def __init__(self, text: Any, trigrams: list[str]) -> None:
        super().__init__(text, Value(trigrams, output_field=_TEXTS))
