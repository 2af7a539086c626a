"""What a client can send gives no server error, and every answer fits the schema.

A short run with a fixed seed over all operations; half of the cases are pointed at
things that exist, so that more than "not found" is exercised. `FUZZ_EXAMPLES` and
`FUZZ_SEED` make it longer and different.
"""

import os
from functools import cache
from pathlib import Path

import pytest
import schemathesis
import yaml
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from rollout.api.throttling import AddressThrottle, TokenThrottle
from rollout.models import Activity, ApiToken
from tests.api.everything import key_of
from tests.factories import NOON, make_member

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
PATHS = yaml.safe_load((ROOT / "docs" / "api" / "openapi.yaml").read_text())["paths"]
OPERATIONS = [(path, method) for path, methods in PATHS.items() for method in methods]
SEED = int(os.environ.get("FUZZ_SEED", "20251101"))
#: Cases for each operation and mode.
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "8"))
CONFIG = ROOT / "tests" / "fuzz" / "schemathesis.toml"


@cache
def described():
    """Load the schema through the same door through which the cases go."""
    return schemathesis.openapi.from_wsgi(
        "/api/v1/schema/",
        get_wsgi_application(),
        config=SchemathesisConfig.from_path(CONFIG),
    )


@pytest.fixture
def _one_connection():
    """Keep the connection, and so the test's transaction, from request to request."""
    ends = (request_started, request_finished)
    for end in ends:
        end.disconnect(close_old_connections)
    yield
    for end in ends:
        end.connect(close_old_connections)


@pytest.fixture
def world(everything, _one_connection, monkeypatch):
    for throttle in (TokenThrottle, AddressThrottle):
        monkeypatch.setattr(throttle, "rate", "100000/min", raising=False)
    manager = make_member(everything["programmes"])
    _token, secret = ApiToken.objects.issue(manager, "fuzz", at=NOON)
    # Another one, so that revoking it does not lock the fuzzer out.
    other, _secret = ApiToken.objects.issue(manager, "other", at=NOON)
    keys = {name: key_of(thing) for name, thing in everything.items()}
    return {
        "keys": keys | {"tokens": other.pk},
        "headers": {"Authorization": f"Bearer {secret}"},
    }


def point_at_what_exists(case, world, mode):
    """Give every second case the key of a real thing and its present version.

    A case that breaks the schema keeps its version, which may be what is broken.
    """
    resource = case.operation.path.split("/")[3]
    for name, key in (case.path_parameters or {}).items():
        if hash(str(key)) % 2 or (mode.is_negative and not isinstance(key, int)):
            return
        case.path_parameters[name] = world["keys"][resource]
    if mode.is_positive and "If-Match" in (case.headers or {}):
        version = Activity.objects.get(pk=world["keys"]["activities"]).version
        case.headers["If-Match"] = f'"{version}"'


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_no_request_gives_a_server_error_or_an_undescribed_answer(
    path, method, mode, world
):
    cases = described()[path][method].as_strategy(generation_mode=mode)

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def each(case):
        point_at_what_exists(case, world, mode)
        case.call_and_validate(headers=world["headers"])

    each()
