"""The rules of docs/architecture.md that a machine can hold us to."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps

from tests.environment import ROOT

# Left to right: each may know only those to its right.
PACKAGES = ["config", "notifications", "rollout", "workflows"]
CODE = sorted(
    file
    for package in [*PACKAGES, "bootstrap", "tests"]
    for file in (ROOT / package).rglob("*.py")
)
PRODUCT = [
    file
    for file in CODE
    if file.relative_to(ROOT).parts[0] in PACKAGES and "migrations" not in file.parts
]
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))
# Where an actor meets the product: only there is the clock read.
MAY_READ_THE_CLOCK = re.compile(
    r"(^config/)|(^rollout/(web|api)/)|(^notifications/(web|api)/)"
    r"|/management/commands/|(^|/)admin(/|\.py)|(^|/)tasks\.py"
)
CLOCK = re.compile(
    r"\b(timezone\.now\(|timezone\.localdate\(\)|timezone\.localtime\(\)"
    r"|datetime\.now\(|date\.today\(|datetime\.today\(|time\.time\()"
)
STATE_WRITE = re.compile(r"\.state\s*=[^=]|\.update\([^)]*\bstate\s*=")


def relative(file):
    return file.relative_to(ROOT).as_posix()


def test_each_package_imports_only_to_its_right():
    linter = Path(sys.executable).with_name("lint-imports")

    done = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout


def test_no_model_points_at_a_model_of_a_package_above_it():
    level = {name: number for number, name in enumerate(PACKAGES)}
    upward = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in level
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model
        if level.get(field.related_model._meta.app_label, 99)
        < level[model._meta.app_label]
    ]

    assert upward == []


def test_lower_packages_see_no_reverse_names_of_higher_ones():
    level = {name: number for number, name in enumerate(PACKAGES)}
    leaking = [
        f"{model._meta.label}.{relation.get_accessor_name()}"
        for model in apps.get_models()
        if model._meta.app_label in level
        for relation in model._meta.related_objects
        if relation.related_model._meta.app_label in level
        if level[relation.related_model._meta.app_label] < level[model._meta.app_label]
    ]

    assert leaking == []


def lines_with(pattern, files):
    """Return every line of these files that matches, and where it stands."""
    return [
        f"{relative(file)}:{number}: {line.strip()}"
        for file in files
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line) and not line.lstrip().startswith("#")
    ]


def test_the_clock_is_read_only_where_an_actor_meets_the_product():
    elsewhere = [
        file for file in PRODUCT if not MAY_READ_THE_CLOCK.search(relative(file))
    ]

    assert lines_with(CLOCK, elsewhere) == []


def test_states_change_only_through_the_engine():
    # The engine itself, and the outbox, whose rows are a queue and no life cycle.
    domain = [
        file
        for file in PRODUCT
        if not relative(file).startswith(("workflows/", "notifications/"))
    ]

    assert lines_with(STATE_WRITE, domain) == []


def test_every_module_begins_with_why_it_exists():
    # Empty packages only hold others, and Django writes migrations.
    silent = [
        relative(file)
        for file in CODE
        if "migrations" not in file.parts
        if (source := file.read_text(encoding="utf-8")).strip()
        if not ast.get_docstring(ast.parse(source))
    ]

    assert silent == []


def test_no_module_is_a_drawer_for_everything():
    drawers = {"utils", "helpers", "common", "core", "misc"}

    assert [relative(file) for file in CODE if file.stem in drawers] == []


def committed_with(pattern):
    """Return the names of the committed files in which the pattern is found."""
    git = shutil.which("git")
    if not git or not (ROOT / ".git").exists():
        pytest.skip("only where git tells what is committed")
    listed = subprocess.run(
        [git, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    )
    return [
        name
        for name in listed.stdout.decode().split("\0")
        if name and (ROOT / name).is_file()
        if pattern.search((ROOT / name).read_bytes())
    ]


def test_nothing_committed_names_a_machine_or_a_registry():
    # Written apart, so that this file does not find itself.
    places, hosts = ("wo" + "rk", "ro" + "ot"), ("pypi" + ".org", "registry.npm" + "js")
    forbidden = re.compile(
        rf"(?<![\w.])/({'|'.join(places)})/|{'|'.join(map(re.escape, hosts))}".encode()
    )

    assert committed_with(forbidden) == []


def test_no_merge_was_committed_half_done():
    markers = re.compile(rb"^(?:[<>|]{7} |={7}\r?$)", re.MULTILINE)

    assert committed_with(markers) == []


def test_every_page_of_the_documentation_can_be_found_from_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    hidden = [
        file.name
        for file in sorted((ROOT / "docs").glob("*.md"))
        if f"(docs/{file.name})" not in readme
    ]

    assert hidden == []


@pytest.mark.parametrize("file", STYLES, ids=relative)
def test_a_style_sheet_closes_what_it_opens(file):
    """A browser says nothing of it and forgets the rules after it."""
    text = file.read_text(encoding="utf-8")

    assert text.count("{") == text.count("}")
