"""What the doctor says of one thing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Health(StrEnum):
    """How one thing is."""

    WELL = "ok"
    #: It works, and sooner or later somebody will wish that it had been mended.
    DOUBTFUL = "warn"
    #: Something does not work.
    ILL = "FAIL"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    health: Health
    what: str
    #: Empty where there is nothing to do.
    remedy: str = ""

    @classmethod
    def well(cls, what: str) -> Finding:
        """Return that all is well with something."""
        return cls(Health.WELL, what)

    @classmethod
    def doubtful(cls, what: str, remedy: str) -> Finding:
        """Return that something could be better."""
        return cls(Health.DOUBTFUL, what, remedy)

    @classmethod
    def ill(cls, what: str, remedy: str) -> Finding:
        """Return that something does not work."""
        return cls(Health.ILL, what, remedy)
