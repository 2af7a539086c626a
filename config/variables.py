"""`python -m config.variables` writes `docs/configuration.md`: every variable there is.

Names, kinds and defaults come from the modules that read the environment, meanings from
`.env.example`, so that neither can say what the other does not.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / ".env.example"
DOCUMENT = ROOT / "docs" / "configuration.md"

_HEAD = """# Configuration: every variable

Written by `python -m config.variables` from the code and `.env.example`; a test keeps
it so. [Operations](operations.md) says how an installation gets them. For what is
required, DEBUG=true has a default that suits one developer's machine.

| Variable | Kind | Default | Meaning |
| --- | --- | --- | --- |
"""
_KINDS = {
    "str": "text",
    "int": "number",
    "bool": "true or false",
    "list": "texts, by commas",
    "path": "path",
}
_SET = re.compile(r"#?([A-Z_]+)=")


@dataclass(frozen=True)
class Variable:
    """A variable as the code reads it."""

    kind: str
    #: As a person may read it; empty: none.
    default: str = ""
    is_required: bool = False


def variables() -> dict[str, Variable]:
    """Return each variable that a module beside this one reads, by its name."""
    found: dict[str, Variable] = {}
    for file in sorted(Path(__file__).parent.glob("*.py"), key=_settings_first):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            read = _read_by(node) if isinstance(node, ast.Call) else None
            if read is None:
                continue
            name, variable = read
            known = found.get(name)
            # Some are looked at twice; the one that says more counts.
            if known is None or (not known.default and not known.is_required):
                found[name] = variable
    return found


def _settings_first(file: Path) -> tuple[bool, str]:
    return file.name != "settings.py", file.name


def _read_by(call: ast.Call) -> tuple[str, Variable] | None:
    """Return the variable that a call reads, if it reads one."""
    asked = ast.unparse(call.func)
    owner, _dot, method = asked.rpartition(".")
    first = call.args[0] if call.args else None
    name = first.value if isinstance(first, ast.Constant) else None
    if not (isinstance(name, str) and _SET.fullmatch(f"{name}=")):
        return None
    if asked == "os.environ.get":
        kind = "text"
    elif owner in {"env", "Env()"} and method in _KINDS:
        kind = _KINDS[method]
    else:
        return None
    default = call.args[1] if len(call.args) > 1 else None
    is_required = any("only_in_debug" in ast.unparse(one) for one in call.keywords)
    return name, Variable(kind, _told(default), is_required)


def _told(default: ast.expr | None) -> str:
    match default:
        case None | ast.Constant(None):
            return ""
        case ast.Constant(bool(value)):
            return str(value).lower()
        case ast.Constant(value):
            return str(value)
        case ast.List(values):
            return ",".join(str(ast.literal_eval(one)) for one in values)
        case ast.IfExp(test=ast.Name("DEBUG"), orelse=otherwise):
            return _told(otherwise)
        case ast.BinOp(ast.Name(place), ast.Div(), ast.Constant(str(name))):
            return f"{place}/{name}"
    # Worked out from the machine: the meaning says how.
    return ""


def meanings() -> Iterator[tuple[str, str]]:
    """Yield the variables of the example file with what is said of each.

    Those that stand together share what is said above them.
    """
    for paragraph in EXAMPLE.read_text(encoding="utf-8").split("\n\n"):
        said: list[str] = []
        for line in paragraph.splitlines():
            if name := _SET.match(line):
                yield name[1], " ".join(said)
            elif line.startswith("# ---"):
                said.append(f"{line.strip('# -').capitalize()}.")
            else:
                said.append(line.removeprefix("#").strip())


def document() -> str:
    """Return what `docs/configuration.md` should hold.

    Raises KeyError for a variable that only the example file knows.
    """
    known, rows, before = variables(), [], ""
    for name, meaning in meanings():
        variable = known[name]
        default = f"`{variable.default}`" if variable.default else "–"
        if variable.is_required:
            default = "required"
        said = meaning.removeprefix("Required. ").replace("|", "\\|")
        told = "as above" if meaning == before else said
        rows.append(f"| `{name}` | {variable.kind} | {default} | {told} |\n")
        before = meaning
    return _HEAD + "".join(rows)


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
    print(DOCUMENT.relative_to(ROOT))  # noqa: T201 - a command's answer
