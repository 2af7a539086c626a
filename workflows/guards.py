"""What stands between an object and its next state, in words people can use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from django.utils import timezone
from django.utils.functional import Promise

#: A text that may be translated when it is shown.
Text = str | Promise


class Actor(Protocol):
    """Whoever performs a transition: a user, as far as the engine must know one."""

    pk: Any

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Say whether this actor holds the permission on the object."""
        ...


@dataclass(frozen=True)
class Reason:
    """One missing thing: what it is, who can supply it, and where."""

    #: Stable English identifier, part of the API.
    code: str
    #: What is missing, in the reader's language.
    text: Text
    #: Who can fix it: a person, a partner or a role, in words.
    who: Text = ""
    #: That person or organisation itself, where it is one of the domain's.
    owner: object | None = field(default=None, compare=False)
    #: Path of the page where it can be fixed.
    link: str = ""
    #: Whether a manager may go ahead without it, giving a justification.
    overridable: bool = True


@dataclass(frozen=True)
class Move:
    """One attempt at a transition: who, when and why."""

    by: Actor | None
    at: datetime
    reason: str = ""

    @property
    def on(self) -> date:
        """The local calendar date of the attempt."""
        return timezone.localdate(self.at)


#: A guard is a generator named after the statement that must hold. It yields one
#: reason for each thing that is missing and has no side effects.
Guard = Callable[[Any, Move], Iterator[Reason]]
