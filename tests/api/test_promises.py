"""What a program relies on stays as long as the API has the same version."""

from __future__ import annotations

from copy import deepcopy

import pytest
import yaml

from tests.api import promises
from tests.api.promises import FILE, SCHEMA, Promises

CALL = "python -m tests.api.promises"


STATUS = "/api/v1/status/"


@pytest.fixture(scope="module")
def whole():
    return yaml.load(SCHEMA.read_text(), Loader=yaml.CSafeLoader)


@pytest.fixture(scope="module")
def schema(whole):
    """As much of the schema as the changes below touch."""
    touched = [
        STATUS,
        "/api/v1/activities/{id}/",
        "/api/v1/activities/{id}/transitions/",
    ]
    return whole | {"paths": {path: whole["paths"][path] for path in touched}}


@pytest.fixture
def changed(schema):
    """A copy of the schema, to be changed."""
    return deepcopy(schema)


def test_nothing_that_was_promised_is_gone(whole):
    written, now = Promises.written(FILE.read_text()), Promises.of(whole)

    if written.version == now.version:
        assert written.broken_by(now) == []
    assert str(now) == FILE.read_text(), f"New promises? Write them down: {CALL}"


def an_operation_less(schema):
    del schema["paths"][STATUS]["get"]


def another_name_of_an_operation(schema):
    schema["paths"][STATUS]["get"]["operationId"] = "status_read"


def a_parameter_less(schema):
    schema["paths"][STATUS]["get"]["parameters"].pop(0)


def a_parameter_that_is_needed(schema):
    schema["paths"][STATUS]["get"]["parameters"][0]["required"] = True


def properties(schema, name):
    return schema["components"]["schemas"][name]["properties"]


def a_field_less(schema):
    del properties(schema, "Activity")["weight"]


def a_field_of_another_type(schema):
    properties(schema, "Activity")["weight"]["type"] = "string"


def a_field_that_may_be_null(schema):
    properties(schema, "Programme")["name"] = {"type": ["string", "null"]}


def a_field_that_may_be_missing(schema):
    schema["components"]["schemas"]["Counts"]["required"].remove("total")


def a_code_less(schema):
    schema["components"]["schemas"]["ActivityState"]["enum"].remove("launched")


def a_new_field_that_must_be_sent(schema):
    properties(schema, "TransitionRequestRequest")["because"] = {"type": "string"}
    schema["components"]["schemas"]["TransitionRequestRequest"]["required"].append(
        "because"
    )


def an_old_field_that_must_be_sent(schema):
    schema["components"]["schemas"]["TransitionRequestRequest"]["required"].append(
        "reason"
    )


def a_field_less_to_send(schema):
    del properties(schema, "TransitionRequestRequest")["override"]


def null_no_longer_taken(schema):
    phase = properties(schema, "PatchedActivityChangeRequest")["phase"]
    phase["type"] = "integer"


def an_answer_of_another_kind(schema):
    answers = schema["paths"][STATUS]["get"]["responses"]
    answers["200"]["content"]["application/json"]["schema"] = {"type": "object"}


BREAKS = [
    an_operation_less,
    another_name_of_an_operation,
    a_parameter_less,
    a_parameter_that_is_needed,
    a_field_less,
    a_field_of_another_type,
    a_field_that_may_be_null,
    a_field_that_may_be_missing,
    a_code_less,
    a_new_field_that_must_be_sent,
    an_old_field_that_must_be_sent,
    a_field_less_to_send,
    null_no_longer_taken,
    an_answer_of_another_kind,
]


@pytest.mark.parametrize("change", BREAKS)
def test_what_breaks_a_program_is_found(change, schema, changed):
    change(changed)

    assert Promises.of(schema).broken_by(Promises.of(changed))


def a_new_operation(schema):
    schema["paths"]["/api/v1/news/"] = deepcopy(schema["paths"][STATUS])


def a_new_parameter(schema):
    parameters = schema["paths"][STATUS]["get"]["parameters"]
    parameters.append({"in": "query", "name": "new", "schema": {"type": "string"}})


def a_new_field(schema):
    properties(schema, "Activity")["colour"] = {"type": ["string", "null"]}


def a_new_code(schema):
    schema["components"]["schemas"]["ActivityState"]["enum"].append("paused")


def a_new_field_that_may_be_sent(schema):
    properties(schema, "TransitionRequestRequest")["because"] = {"type": "string"}


def a_field_that_need_not_be_sent(schema):
    schema["components"]["schemas"]["TransitionRequestRequest"]["required"].remove(
        "transition"
    )


@pytest.mark.parametrize(
    "change",
    [
        a_new_operation,
        a_new_parameter,
        a_new_field,
        a_new_code,
        a_new_field_that_may_be_sent,
        a_field_that_need_not_be_sent,
    ],
)
def test_what_is_added_breaks_nothing(change, schema, changed):
    change(changed)

    assert Promises.of(schema).broken_by(Promises.of(changed)) == []


def test_a_broken_promise_is_written_down_only_with_a_new_version(
    schema, changed, tmp_path, monkeypatch
):
    written = tmp_path / "promises.txt"
    written.write_text(str(Promises.of(schema)))
    monkeypatch.setattr(promises, "FILE", written)
    monkeypatch.setattr(promises, "SCHEMA", tmp_path / "openapi.yaml")
    a_code_less(changed)

    promises.SCHEMA.write_text(yaml.dump(changed))
    refused = promises.main()
    changed["info"]["version"] = "2"
    promises.SCHEMA.write_text(yaml.dump(changed))

    assert (refused, promises.main()) == (1, 0)
    assert written.read_text().startswith("version 2\n")
