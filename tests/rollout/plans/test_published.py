"""What is published of the schema is current, and the published plans keep to it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml
from django.core.management import call_command

from rollout.plans import kinds
from rollout.plans.document import parse_bytes
from rollout.plans.published import (
    DOCUMENTATION,
    SCHEMA_FILE,
    json_schema,
    json_schema_text,
    update_published,
    with_tables,
)
from tests.rollout.plans.plan_texts import EXAMPLES, ISHOJ, PLANS, SMALL

ROOT = PLANS.parent
REFRESH = "run: manage.py plan schema --update"


class CoreLoader(yaml.SafeLoader):
    """Reads YAML as editors do: a date is a text."""

    yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in resolvers if "timestamp" not in tag]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def loaded(text: str) -> Any:
    return yaml.load(text, Loader=CoreLoader)


def test_the_json_schema_is_current():
    assert (ROOT / SCHEMA_FILE).read_text(encoding="utf-8") == json_schema_text(), (
        REFRESH
    )


def test_the_documentation_is_current():
    text = (ROOT / DOCUMENTATION).read_text(encoding="utf-8")

    assert with_tables(text) == text, REFRESH


def test_the_json_schema_is_a_json_schema():
    jsonschema.Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("file", [ISHOJ, EXAMPLES], ids=lambda file: file.name)
def test_the_plans_keep_to_the_json_schema(file: Path):
    jsonschema.validate(loaded(file.read_text(encoding="utf-8")), json_schema())


@pytest.mark.parametrize("file", [ISHOJ, EXAMPLES], ids=lambda file: file.name)
def test_the_plans_tell_editors_their_schema(file: Path):
    first = file.read_text(encoding="utf-8").splitlines()[0]

    assert first == f"# yaml-language-server: $schema={SCHEMA_FILE.name}"


def test_the_json_schema_refuses_an_unknown_key():
    plan = loaded(SMALL)
    plan["places"][0]["colour"] = "blue"

    with pytest.raises(jsonschema.ValidationError, match="colour"):
        jsonschema.validate(plan, json_schema())


def test_every_key_is_explained():
    for kind in kinds.KINDS:
        assert kind.meaning
        for schema_field in kind.written:
            assert schema_field.meaning, (kind.name, schema_field.name)


def test_the_example_in_the_documentation_is_a_plan():
    text = (ROOT / DOCUMENTATION).read_text(encoding="utf-8")
    example = text.split("```yaml\n")[1].split("```")[0]

    document = parse_bytes(example.encode(), name="example")

    assert document.reading.problems == []
    assert document.programme == "greenfield-2026-2030"


def test_the_published_files_can_be_renewed(tmp_path: Path):
    (tmp_path / "plans").mkdir()
    (tmp_path / "docs").mkdir()
    (tmp_path / DOCUMENTATION).write_text(
        (ROOT / DOCUMENTATION).read_text(encoding="utf-8"), encoding="utf-8"
    )

    assert update_published(tmp_path) == [tmp_path / SCHEMA_FILE]
    assert update_published(tmp_path) == []


def test_the_command_prints_the_schema(capsys: pytest.CaptureFixture[str]):
    call_command("plan", "schema")
    assert json.loads(capsys.readouterr().out) == json_schema()

    call_command("plan", "schema", form="markdown")
    assert "| `code` |" in capsys.readouterr().out
