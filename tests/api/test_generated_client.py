"""A client that is generated from the schema works: so the schema is true."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rollout.models import Activity, ApiToken
from tests.factories import NOON, make_activity, make_member, make_place

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "api" / "openapi.yaml"

#: What somebody writes who has the generated package and nothing else.
PROGRAM = """
import os

from rollout_client import AuthenticatedClient
from rollout_client.api.activities import (
    activities_list, activities_perform_transition, activities_transitions,
)
from rollout_client.api.status import status_retrieve
from rollout_client.models import (
    ActivityState, Problem, TransitionName, TransitionRequestRequest, TransitionResult,
)

client = AuthenticatedClient(base_url=os.environ["ROLLOUT"], token=os.environ["TOKEN"])
with client as client:
    status = status_retrieve.sync(client=client)
    print("in clarification:", status.counts.by_state.in_clarification)
    page = activities_list.sync(client=client, state=[ActivityState.IN_CLARIFICATION])
    (activity,) = page.results
    stand = activities_transitions.sync(activity.id, client=client)
    (launch,) = [one for one in stand.transitions if one.name == TransitionName.LAUNCH]
    print("possible:", launch.possible)

    body = TransitionRequestRequest(transition=TransitionName.LAUNCH)
    seen = f'"{activity.version}"'
    refused = activities_perform_transition.sync_detailed(
        activity.id, client=client, body=body, if_match=seen
    )
    assert isinstance(refused.parsed, Problem)
    print(int(refused.status_code), [one.code for one in refused.parsed.reasons])

    body.override, body.reason = True, "Aftalt på mødet."
    done = activities_perform_transition.sync(
        activity.id, client=client, body=body, if_match=seen
    )
    assert isinstance(done, TransitionResult)
    print(done.activity.state, done.record.overridden)
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """A directory with the package `rollout_client`, generated just now."""
    directory = tmp_path_factory.mktemp("client")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "openapi_python_client", "generate"),
            *("--path", str(SCHEMA), "--meta", "none", "--fail-on-warning"),
            *("--output-path", str(directory / "rollout_client")),
        ],
        # It formats what it writes with the ruff that it finds.
        env=os.environ
        | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return directory


def test_it_lists_the_status_launches_an_activity_and_handles_a_409(
    package, live_server
):
    place = make_place(requires_readiness=True)
    activity = make_activity(state="in_clarification", place=place)
    manager = make_member(activity.programme)
    _token, secret = ApiToken.objects.issue(manager, "client", at=NOON)

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=os.environ
        | {"PYTHONPATH": str(package), "ROLLOUT": live_server.url, "TOKEN": secret},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    missing = "['readiness_planning', 'readiness_framework', 'readiness_parties']"
    assert done.stdout.splitlines() == [
        "in clarification: 1",
        "possible: False",
        f"409 {missing}",
        f"launched {missing}",
    ], done.stderr
    assert Activity.objects.get().state == "launched"
