"""Reads a plan file's bytes into a tree, and refuses what could hurt or mislead."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import cast

import yaml
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from rollout.plans.problems import BadPlan, Problem
from rollout.plans.tree import Broken, Node, Path, Scalar, Sequence, Table, shown

#: Bytes; a programme with a thousand activities needs about a third of it.
MAX_BYTES = 1_000_000
#: Lists and mappings inside one another; a plan needs ten.
MAX_DEPTH = 20
#: Values in the file, each key counted as one.
MAX_NODES = 20_000

#: What YAML itself does not allow in a file.
_UNPRINTABLE = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
#: Styles in which a text stands as it is: in quotes or as a block.
_QUOTES = ("'", '"', "|", ">")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class Reading:
    """What came out of a file: its tree and the problems found so far."""

    name: str
    root: Node | None = None
    problems: list[Problem] = field(default_factory=list)

    def report(self, code: str, line: int, path: Path, what: str, fix: str) -> None:
        """Add a problem with the value at ``path``."""
        where = shown(self.root, path)
        self.problems.append(Problem(line, where, what, fix, code))

    def refuse(self) -> None:
        """Raise BadPlan if anything is wrong."""
        if self.problems:
            raise BadPlan(self.name, self.problems)


def read_file(path: str) -> Reading:
    """Read the file at ``path``, of which never more than the allowed size is read.

    Raises BadPlan where reading cannot go on; smaller faults are in the result.
    """
    try:
        with FilePath(path).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
            size = max(os.fstat(file.fileno()).st_size, len(data))
    except OSError as error:
        raise _whole(
            path,
            "unreadable",
            _why_unreadable(error),
            _("Check the name and the permissions."),
        ) from error
    if len(data) > MAX_BYTES:
        raise _too_large(path, size)
    return read_bytes(data, name=path)


def read_bytes(data: bytes, *, name: str) -> Reading:
    """Read a plan from memory; see :func:`read_file`."""
    if len(data) > MAX_BYTES:
        raise _too_large(name, len(data))
    text = _decoded(data, name)
    _refuse_unprintable(text, name)
    reading = Reading(name)
    builder = _Builder(reading)
    try:
        events = yaml.parse(text, Loader=_LOADER)
        reading.root = builder.document(events)
    except (yaml.YAMLError, UnicodeError) as error:
        raise BadPlan(name, [_syntax_problem(error, text)]) from error
    if reading.root is None:
        raise _whole(
            name,
            "empty",
            _("The file holds no plan."),
            _("Start from the example in docs/plan-file.md."),
        )
    builder.report()
    return reading


def _whole(name: str, code: str, what: str, fix: str) -> BadPlan:
    return BadPlan(name, [Problem(0, "", what, fix, code)])


def _why_unreadable(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return _("There is no such file.")
    if isinstance(error, IsADirectoryError):
        return _("This is a directory.")
    return _("The file cannot be read: %(error)s.") % {"error": error.strerror}


def _too_large(name: str, size: int) -> BadPlan:
    return _whole(
        name,
        "too_large",
        _("The file is %(size)s MB; a plan may be at most %(limit)s MB.")
        % {
            "size": number_format(math.ceil(size / 100_000) / 10, 1),
            "limit": MAX_BYTES // 1_000_000,
        },
        _("Is it the right file? Otherwise divide it in several."),
    )


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = Problem(
            line,
            "",
            _("The file is not UTF-8: byte %(number)s is %(byte)s.")
            % {"number": error.start + 1, "byte": f"0x{data[error.start]:02x}"},
            _("Save it with the encoding UTF-8."),
            "not_utf8",
        )
        raise BadPlan(name, [problem]) from error


def _refuse_unprintable(text: str, name: str) -> None:
    found = [
        Problem(
            number,
            "",
            _("The line holds the control character %(code)s.")
            % {"code": f"U+{ord(match.group()):04X}"},
            _("Delete it."),
            "control_character",
        )
        for number, line in enumerate(text.split("\n"), start=1)
        if (match := _UNPRINTABLE.search(line))
    ]
    if found:
        raise BadPlan(name, found)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0


class _Builder:
    """Builds the tree from the parser's events, within the limits.

    Events come one by one, so a file that is too deep or too long is refused before
    it takes memory.
    """

    def __init__(self, reading: Reading) -> None:
        self.name = reading.name
        self.reading = reading
        self.nodes = 0
        #: Reported once the tree stands, so that paths can name entries.
        self.found: list[tuple[str, int, Path, str, str]] = []

    def report(self) -> None:
        """Hand the problems found on the way to the reading."""
        for code, line, path, what, fix in self.found:
            self.reading.report(code, line, path, what, fix)

    def document(self, events: Iterator[yaml.Event]) -> Node | None:
        """Return the tree of the one document, or None when there is none."""
        root: Node | None = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    raise self._limit(
                        event,
                        "two_documents",
                        _("A second document begins here."),
                        _("Delete the line “---” or put it into a file of its own."),
                    )
                root = self._node(next(events), events, (), 1)
        if isinstance(root, Scalar) and root.is_null:
            return None
        return root

    def _node(
        self, event: yaml.Event, events: Iterator[yaml.Event], path: Path, depth: int
    ) -> Node:
        self._count(event, depth)
        line = _line(event)
        if isinstance(event, yaml.AliasEvent):
            self._found(
                "alias",
                line,
                path,
                _("“*%(name)s” refers to another place in the file.")
                % {"name": event.anchor},
                _("Write the value out."),
            )
            return Broken(line)
        tag = getattr(event, "tag", None)
        if tag not in (None, "!"):
            self._found(
                "tag",
                line,
                path,
                _("The tag “%(tag)s” is not allowed.") % {"tag": tag},
                _("Delete it."),
            )
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(line, events, path, depth)
        if isinstance(event, yaml.MappingStartEvent):
            return self._table(line, events, path, depth)
        scalar = cast(yaml.ScalarEvent, event)
        return Scalar(line, scalar.value, is_quoted=scalar.style in _QUOTES)

    def _sequence(
        self, line: int, events: Iterator[yaml.Event], path: Path, depth: int
    ) -> Node:
        items: list[Node] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._node(event, events, (*path, len(items)), depth + 1))
        return Sequence(line, items)

    def _table(
        self, line: int, events: Iterator[yaml.Event], path: Path, depth: int
    ) -> Node:
        items: dict[str, Node] = {}
        lines: dict[str, int] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._node(event, events, path, depth + 1)
            text = key.text if isinstance(key, Scalar) else ""
            value = self._node(next(events), events, (*path, text), depth + 1)
            if not isinstance(key, Scalar):
                self._found(
                    "bad_key",
                    key.line,
                    path,
                    _("A key must be a word."),
                    _("Put texts with brackets or braces in quotes."),
                )
            elif text in items:
                self._found(
                    "duplicate_key",
                    key.line,
                    (*path, text),
                    _("“%(key)s” stands here a second time; first in line %(line)s.")
                    % {"key": text, "line": lines[text]},
                    _("Delete one of the two."),
                )
            else:
                items[text], lines[text] = value, key.line
        return Table(line, items, lines)

    def _count(self, event: yaml.Event, depth: int) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self._limit(
                event,
                "too_many_values",
                _("The file holds more than %(limit)s values.") % {"limit": MAX_NODES},
                _("Divide it in several."),
            )
        if depth > MAX_DEPTH:
            raise self._limit(
                event,
                "too_deep",
                _("Lists and mappings lie more than %(limit)s levels deep here.")
                % {"limit": MAX_DEPTH},
                _("Check the indentation and the brackets."),
            )

    def _limit(self, event: yaml.Event, code: str, what: str, fix: str) -> BadPlan:
        return BadPlan(self.name, [Problem(_line(event), "", what, fix, code)])

    def _found(self, code: str, line: int, path: Path, what: str, fix: str) -> None:
        self.found.append((code, line, path, what, fix))


def _syntax_problem(error: Exception, text: str) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = mark.line + 1 if mark else 0
    what, fix = _explained(error, text, line)
    return Problem(line, "", what, fix, "syntax")


def _explained(error: Exception, text: str, line: int) -> tuple[str, str]:
    """Say in plain words what the parser stumbled over."""
    lines = text.splitlines()
    here = lines[line - 1] if 0 < line <= len(lines) else ""
    said = f"{getattr(error, 'context', '')} {getattr(error, 'problem', '')}"
    if "\t" in here[: len(here) - len(here.lstrip())]:
        return _("The line begins with a tab."), _("Indent with spaces only.")
    if "escape" in said:
        return (
            _("After the backslash stands nothing known."),
            _("Write the character itself, or use single quotation marks."),
        )
    if "quoted scalar" in said:
        return _("A quotation mark is not closed."), _("Close it.")
    if "mapping values are not allowed" in said:
        return (
            _("A colon stands inside a text."),
            _("Put the text in quotes, or check the indentation."),
        )
    if "flow" in said:
        return _("A bracket or brace is not closed."), _("Close it.")
    return (
        _("This is not valid YAML."),
        _("Check the indentation, quotes and brackets here and just above."),
    )
