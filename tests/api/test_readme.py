"""Every command in the API's guide does what the guide says, on the real plan."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from rollout.models import Activity
from tests.environment import SERVERS
from tests.processes import PATIENCE_SECONDS

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "api" / "README.md").read_text()

pytestmark = [
    pytest.mark.processes,
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
]


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def environment(live_server):
    """What a reader has: a running server with the plan and the example people."""
    for name in ("ishoj-2025-2029", "example-data"):
        call_command("plan", "apply", str(ROOT / "plans" / f"{name}.yaml"))
    database = SERVERS.database_url.rpartition("/")[0]
    return os.environ | {
        "ROLLOUT": live_server.url,
        "DATABASE_URL": f"{database}/{connection.settings_dict['NAME']}",
    }


def run(command, environment, tmp_path):
    done = subprocess.run(
        command,
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_curl_commands_do_what_the_guide_says(environment, tmp_path):
    script = "\n".join(blocks("sh"))
    script = script.replace("export ROLLOUT=http://localhost:8000\n", "", 1)
    script = script.replace(
        ".venv/bin/python manage.py", f"{sys.executable} {ROOT / 'manage.py'}"
    )
    assert script.count("curl ") == 7

    said = run(["bash", "-euc", script], environment, tmp_path)

    assert '"initiatives":12' in said
    assert '"total":26' in said
    for count in ('"planned":16', '"in_clarification":3', '"launched":7'):
        assert count in said
    assert re.findall(r"^(\d{3})$", said, re.MULTILINE) == ["409", "200"]
    assert '"code": "blocked"' in said
    assert "Vi venter på budgettet." in said.rpartition("\n200\n")[2]
    assert Activity.objects.filter(state="in_clarification").count() == 2


def test_the_python_program_does_what_the_guide_says(environment, tmp_path):
    issue = [sys.executable, str(ROOT / "manage.py"), "token", "issue"]
    secret = run([*issue, "leder@example.org", "--name", "test"], environment, tmp_path)
    (program,) = blocks("python")

    said = run(
        [sys.executable, "-c", program],
        environment | {"TOKEN": secret.strip()},
        tmp_path,
    )

    assert "'launched': 7" in said
    assert "not yet. No responsible person has been chosen." in said
