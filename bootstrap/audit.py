"""Asks the advisory services about every locked package: known holes fail.

Where a service cannot be reached this says so and fails nothing: a build without a way
out is no hole. An answer that nobody understands fails: a check that is broken must not
pass. What was looked at and accepted is in
`requirements/audit-exceptions.txt`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from bootstrap import programs

ROOT = Path(__file__).resolve().parent.parent
EXCEPTIONS = ROOT / "requirements" / "audit-exceptions.txt"
LOCKS = ("runtime", "demo", "dev")


def accepted(text: str, *, on: date) -> set[str]:
    """Return the ids that are accepted on a day. Raises ValueError for a bad line.

    A line is an id, the last day on which it is accepted, and the reason.
    """
    found = set()
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, until, *reason = line.split(maxsplit=2)
        if not reason:
            raise ValueError(f"no reason: {line}")
        if on <= date.fromisoformat(until):
            found.add(name)
    return found


def python_holes(answer: str) -> Iterator[tuple[str, str]]:
    """Yield package and id of each hole that pip-audit tells. Raises ValueError."""
    for package in json.loads(answer)["dependencies"]:
        for hole in package.get("vulns", ()):
            yield f"{package['name']} {package['version']}", hole["id"]


def node_holes(answer: str) -> Iterator[tuple[str, str]]:
    """Yield package and id of each hole that npm tells. Raises ValueError."""
    said: dict[str, Any] = json.loads(answer)
    if "vulnerabilities" not in said:
        raise ValueError("npm got no answer")
    for name, found in said["vulnerabilities"].items():
        for via in found["via"]:
            if isinstance(via, dict):
                yield name, str(via["url"]).rpartition("/")[2]


#: What the two programs say when they reach nobody.
_NO_WAY_OUT = (
    *(
        "ENOTFOUND",
        "EAI_AGAIN",
        "ECONNREFUSED",
        "ECONNRESET",
        "ETIMEDOUT",
        "ENETUNREACH",
    ),
    *("ConnectionError", "Max retries exceeded", "Name or service not known"),
    *("Temporary failure in name resolution", "timed out", "ServiceError"),
)


def read(said: str, errors: str, holes: Any) -> list[tuple[str, str]] | None:
    """Return the holes that a program tells; None where it reached nobody.

    Raises ValueError for what is neither.
    """
    try:
        return list(holes(said))
    except (KeyError, TypeError, ValueError):
        if any(one in said + errors for one in _NO_WAY_OUT):
            return None
        raise ValueError(f"cannot be understood: {(said + errors)[:400]}") from None


def _ask(command: Sequence[str | Path], holes: Any) -> list[tuple[str, str]] | None:
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    return read(done.stdout, done.stderr, holes)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def main() -> int:
    """Ask about everything; return 1 where a hole is known that nobody accepted."""
    fine = accepted(EXCEPTIONS.read_text(encoding="utf-8"), on=date.today())  # noqa: DTZ011
    locks = [f"-r{ROOT / 'requirements' / name}.txt" for name in LOCKS]
    asked = {
        "Python": _ask(
            [
                *(sys.executable, "-m", "pip_audit", "--format=json"),
                *("--disable-pip", "--require-hashes", *locks),
            ],
            python_holes,
        ),
        "Node": _ask([*programs.npm(), "audit", "--json"], node_holes),
    }
    is_bad = False
    for kind, found in asked.items():
        if found is None:
            _say(f"{kind}: the advisory service does not answer; nothing was checked.")
            continue
        bad = [one for one in found if one[1] not in fine]
        is_bad = is_bad or bool(bad)
        _say(f"{kind}: {len(bad)} known holes, {len(found) - len(bad)} accepted.")
        for package, hole in bad:
            _say(f"  {package}: {hole}")
    return int(is_bad)


if __name__ == "__main__":
    sys.exit(main())
