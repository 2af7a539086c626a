"""What an entry is called: the same key for what the file says and the database holds.

A key is readable, because messages, diffs and references show it, and no two entries
of one kind can have the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

#: Makes a key from an entry's values; None while a part of it is missing.
KeyOf = Callable[[Mapping[str, Any]], str | None]

_NUMBERED = re.compile(r"^(?P<name>.*) #(?P<number>\d+)$", re.DOTALL)
_MILESTONE = re.compile(r"^(?P<activity>[A-Za-z0-9_-]+/[A-Za-z0-9_-]+): (?P<title>.+)$")


def of(*names: str, form: str = "") -> KeyOf:
    """Return the key made of the named values, by default joined with slashes."""
    form = form or "/".join("{" + name + "}" for name in names)

    def key(values: Mapping[str, Any]) -> str | None:
        if any(values.get(name) is None for name in names):
            return None
        return form.format(**{name: values[name] for name in names})

    return key


def numbered(key_of: KeyOf) -> KeyOf:
    """Return the key with the entry's number, left out where it is 1 and clear."""

    def key(values: Mapping[str, Any]) -> str | None:
        name = key_of(values)
        return name and with_number(name, values.get("number") or 1)

    return key


def with_number(name: str, number: int) -> str:
    """Return name and number so that no other name and number look the same."""
    if number == 1 and not _NUMBERED.match(name):
        return name
    return f"{name} #{number}"


def optional(*names: str, form: str) -> KeyOf:
    """Return the key of values of which only the first must be there, * for none."""

    def key(values: Mapping[str, Any]) -> str | None:
        if values.get(names[0]) is None:
            return None
        return form.format(**{name: values.get(name) or "*" for name in names})

    return key


def with_start(key_of: KeyOf) -> KeyOf:
    """Return the key with the first day of a period, where the entry has its own."""

    def key(values: Mapping[str, Any]) -> str | None:
        name, start = key_of(values), values.get("period_start")
        return f"{name} (from {start})" if name and start else name

    return key


def template(values: Mapping[str, Any]) -> str | None:
    """Return a milestone template's key: its title, and its nature if it has one."""
    title, nature = values.get("title"), values.get("nature")
    return title and (f"{title} [{nature}]" if nature else title)


def full_milestone(reference: str, activity: str) -> str:
    """Return the key that a milestone's reference to another means.

    A bare title means one of the same activity.
    """
    return reference if _MILESTONE.match(reference) else f"{activity}: {reference}"


def short_milestone(key: str, activity: str) -> str:
    """Return the shortest reference to a milestone from one of ``activity``."""
    title = key.removeprefix(f"{activity}: ")
    return title if full_milestone(title, activity) == key else key
