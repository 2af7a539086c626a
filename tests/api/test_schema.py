"""The schema is valid, complete, checked in, and what the API really answers."""

from pathlib import Path

import pytest
import yaml
from django.core.management import call_command
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from rest_framework.test import APIClient

ROOT = Path(__file__).resolve().parents[2]
CHECKED_IN = ROOT / "docs" / "api" / "openapi.yaml"
CHANGED = (
    "The API's schema has changed. If that is intended, write it anew:\n"
    "python manage.py spectacular --lang en --file docs/api/openapi.yaml"
)

SUCCESS = {"200", "201", "202", "204"}


@pytest.fixture(scope="module")
def schema():
    return yaml.safe_load(CHECKED_IN.read_text())


def operations(schema):
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def test_the_schema_is_valid_without_warnings_and_as_checked_in(tmp_path):
    written = tmp_path / "openapi.yaml"

    call_command(
        "spectacular",
        "--validate",
        "--fail-on-warn",
        "--lang=en",
        f"--file={written}",
    )

    assert written.read_text() == CHECKED_IN.read_text(), CHANGED


@pytest.mark.django_db
def test_what_is_served_is_what_is_checked_in(schema):
    for language in ("da", "en"):
        answer = APIClient().get(
            "/api/v1/schema/",
            headers={
                "Accept": "application/vnd.oai.openapi+json",
                "Accept-Language": language,
            },
        )
        assert answer.json() == schema


def test_it_is_openapi_3_1(schema):
    assert schema["openapi"].startswith("3.1.")


def test_every_operation_describes_its_errors_as_problems(schema):
    for name, operation in operations(schema):
        statuses = set(operation["responses"])
        assert len(statuses & SUCCESS) == 1, name
        assert {"400", "401", "404", "406", "414", "429", "503"} <= statuses, name
        if not name.startswith("get"):
            assert {"403", "409", "413", "415", "422"} <= statuses, name
        is_based = any("IfMatch" in str(one) for one in operation["parameters"])
        assert is_based == ({"412", "428"} <= statuses), name
    for status, response in schema["components"]["responses"].items():
        # The web server refuses an address that is too long by itself.
        if status not in {"Unchanged", "Problem414"}:
            assert list(response["content"]) == ["application/problem+json"]


def test_every_operation_needs_a_token_and_says_what_it_does(schema):
    for name, operation in operations(schema):
        assert [len(one["token"]) for one in operation["security"]] == [1], name
        assert operation["description"], name


def test_no_enum_has_a_made_up_name(schema):
    names = set(schema["components"]["schemas"])

    assert not [name for name in names if name.endswith("Enum") and name != "NullEnum"]


def json_of(part):
    return part.get("content", {}).get("application/json")


def test_every_operation_shows_what_to_send_and_what_comes_back(schema):
    for name, operation in operations(schema):
        (success,) = SUCCESS & set(operation["responses"])
        parts = [operation["responses"][success], operation.get("requestBody", {})]
        for content in filter(None, map(json_of, parts)):
            assert content.get("examples"), name
            validator = Draft202012Validator(
                content["schema"] | {"components": schema["components"]}
            )
            for example in content["examples"].values():
                errors = [
                    error.message for error in validator.iter_errors(example["value"])
                ]
                assert errors == [], name


def test_every_example_of_a_problem_is_a_problem(schema):
    validator = Draft202012Validator(
        {"$ref": "#/components/schemas/Problem", "components": schema["components"]}
    )
    problems = {
        status: content
        for status, response in schema["components"]["responses"].items()
        for content in response.get("content", {}).values()
    }

    assert len(problems) >= 14
    for status, content in problems.items():
        assert validator.is_valid(content["example"])
        assert status == f"Problem{content['example']['status']}"
