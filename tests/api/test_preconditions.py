"""What changes something that is there already says which version it is based on."""

import json

import pytest
import yaml

from rollout.models import ApiToken
from tests.api.conftest import Caller
from tests.api.everything import key_of
from tests.api.test_schema import CHECKED_IN
from tests.factories import NOON

#: What needs no `If-Match`, and why: nothing that somebody saw is overwritten by it.
BASED_ON_NOTHING = {
    "milestones_create": "makes something new",
    "tokens_create": "makes something new",
    "webhooks_create": "makes something new",
    "transitions_bulk": "names a version with each of its items",
    "webhooks_test": "makes a call, and leaves the webhook as it is",
    "webhooks_replay": "makes calls, and leaves the webhook as it is",
    "webhooks_deliver_again": "makes a call, and leaves the webhook as it is",
}
CHANGES = {
    operation["operationId"]: (method, path, operation)
    for path, methods in yaml.safe_load(CHECKED_IN.read_text())["paths"].items()
    for method, operation in methods.items()
    if method != "get"
}
CONDITIONAL = sorted(set(CHANGES) - set(BASED_ON_NOTHING))


def test_only_what_overwrites_nothing_goes_without_a_version():
    free = {
        name
        for name, (_method, _path, operation) in CHANGES.items()
        if "428" not in operation["responses"]
    }

    assert free == set(BASED_ON_NOTHING)
    assert {CHANGES[name][0] for name in free} == {"post"}


@pytest.mark.parametrize("name", CONDITIONAL)
def test_without_the_version_it_is_428(name, everything):
    manager = everything["users"]
    token, _secret = ApiToken.objects.issue(manager, "another", at=NOON)
    method, path, operation = CHANGES[name]
    resource = path.split("/")[3]
    thing = everything.get(resource, token)
    body = _example(operation)

    answer = Caller(manager).generic(
        method.upper(),
        path.format(id=key_of(thing)),
        body,
        content_type="application/json",
    )

    assert answer.status_code == 428, answer.content


def _example(operation):
    content = operation.get("requestBody", {}).get("content", {})
    examples = content.get("application/json", {}).get("examples", {"none": {}})
    return json.dumps(next(iter(examples.values())).get("value", {}))
