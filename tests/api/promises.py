"""What the schema promises its clients, as lines that can be compared.

Lines of `docs/api/promises.txt` that are gone break somebody's program: an operation, a
parameter, a field, a type or a code. So do new demands: what a request must hold, and
what an answer may be that it could not be before. New promises break nothing.

`python -m tests.api.promises` writes the file anew. It refuses to take a promise back
unless the schema's version has taken a step.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

DOCS = Path(__file__).resolve().parents[2] / "docs" / "api"
SCHEMA, FILE = DOCS / "openapi.yaml", DOCS / "promises.txt"
VERSION = "version "


@dataclass(frozen=True)
class Promises:
    """What holds for who wrote a program against one version."""

    version: str
    lines: frozenset[str]

    @classmethod
    def of(cls, schema: Mapping[str, Any]) -> Promises:
        """Read them from a schema."""
        return cls(schema["info"]["version"], frozenset(_lines(schema)))

    @classmethod
    def written(cls, text: str) -> Promises:
        """Read them from the file."""
        first, *lines = text.splitlines()
        return cls(first.removeprefix(VERSION), frozenset(lines))

    def __str__(self) -> str:
        return "\n".join([VERSION + self.version, *sorted(self.lines), ""])

    def broken_by(self, now: Promises) -> list[str]:
        """Return what a client relies on that no longer holds, in words."""
        gone = [f"gone: {line}" for line in self.lines - now.lines if _is_kept(line)]
        known = {_subject(line) for line in self.lines}
        demands = [
            f"new: {line}"
            for line in now.lines - self.lines
            if not _is_kept(line) and _subject(line) in known
        ]
        return sorted(gone + demands)


#: Words of lines that restrict who asks; one that is gone makes nothing harder.
_DEMANDS = (" must have ", " may be ")


def _is_kept(line: str) -> bool:
    return not any(word in line for word in _DEMANDS)


def _subject(line: str) -> str:
    """Return of what a demand is made: of a new thing anything may be demanded."""
    for word in _DEMANDS:
        line = line.partition(word)[0]
    return line


def _lines(schema: Mapping[str, Any]) -> Iterator[str]:
    components = schema["components"]
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            name = f"{method} {path}"
            yield name
            yield f"{name} is called {operation['operationId']}"
            yield from _parameters(name, operation, components["parameters"])
            yield from _bodies(name, operation)
    asked = set(_asked(schema))
    for name, component in components["schemas"].items():
        yield name
        if "enum" in component:
            yield from (f"{name} has {code}" for code in component["enum"])
        yield from _fields(name, component, is_asked=name in asked)


def _parameters(
    name: str, operation: Mapping[str, Any], shared: Mapping[str, Any]
) -> Iterator[str]:
    for given in operation.get("parameters", []):
        one = shared[given["$ref"].rpartition("/")[2]] if "$ref" in given else given
        what = f"{one['in']} {one['name']}"
        yield f"{name} takes {what}"
        if one["in"] != "path" and one.get("required"):
            yield f"{name} must have {what}"
        yield from (f"{name} takes {what} as {kind}" for kind in _types(one["schema"]))
        for code in _codes(one["schema"]):
            yield f"{name} takes {what}={code}"


def _bodies(name: str, operation: Mapping[str, Any]) -> Iterator[str]:
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        yield f"{name} takes {media} as {' or '.join(_types(content['schema']))}"
    for status, response in operation["responses"].items():
        yield f"{name} answers {status}"
        for media, content in response.get("content", {}).items():
            kinds = " or ".join(_types(content["schema"]))
            yield f"{name} answers {status} with {media} as {kinds}"


def _fields(
    name: str, component: Mapping[str, Any], *, is_asked: bool
) -> Iterator[str]:
    required = component.get("required", [])
    for field, schema in component.get("properties", {}).items():
        what = f"{name}.{field}"
        yield what
        if is_asked and field in required:
            yield f"{name} must have {field}"
        if not is_asked and field in required:
            yield f"{what} is always there"
        word = "takes" if is_asked else "may be"
        yield from (f"{what} {word} {kind}" for kind in _types(schema))
        yield from (f"{what} has {code}" for code in _codes(schema))


def _types(schema: Mapping[str, Any]) -> list[str]:
    """Return what a value can be, such as `string date`, `null` or a component."""
    for word in ("oneOf", "anyOf", "allOf"):
        if word in schema:
            return sorted({kind for one in schema[word] for kind in _types(one)})
    if "$ref" in schema:
        return [schema["$ref"].rpartition("/")[2]]
    kinds = schema.get("type", "anything")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if "array" in kinds:
        of = " or ".join(_types(schema["items"]))
        kinds = [f"array of {of}" if kind == "array" else kind for kind in kinds]
    form = schema.get("format")
    return sorted(
        f"{kind} {form}" if form and kind != "null" else kind for kind in kinds
    )


def _codes(schema: Mapping[str, Any]) -> list[str]:
    return [*schema.get("enum", []), *schema.get("items", {}).get("enum", [])]


def _asked(schema: Mapping[str, Any]) -> Iterator[str]:
    """Yield the components of which requests are made."""
    found = [
        content["schema"]
        for methods in schema["paths"].values()
        for operation in methods.values()
        for content in operation.get("requestBody", {}).get("content", {}).values()
    ]
    while found:
        one = found.pop()
        if isinstance(one, list):
            found += one
        elif isinstance(one, dict):
            reference = one.get("$ref", "")
            if reference:
                name = reference.rpartition("/")[2]
                yield name
                found.append(schema["components"]["schemas"][name])
            found += [part for key, part in one.items() if key != "$ref"]


def main() -> int:
    """Write the file anew. Returns 1 where that would break a promise."""
    now = Promises.of(yaml.safe_load(SCHEMA.read_text()))
    before = Promises.written(FILE.read_text()) if FILE.exists() else now
    broken = before.broken_by(now)
    if broken and now.version == before.version:
        print("\n".join(broken))  # noqa: T201
        print("Take these back, or give the schema a new version.")  # noqa: T201
        return 1
    FILE.write_text(str(now))
    return 0


if __name__ == "__main__":
    sys.exit(main())
