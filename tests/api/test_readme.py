"""Every command in the API's guide does what the guide says, on the real plan."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from notifications import signing
from rollout.models import Activity, Milestone
from tests.environment import SERVERS
from tests.processes import PATIENCE_SECONDS

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ROOT / "docs" / "api"

pytestmark = [
    pytest.mark.processes,
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
]


def blocks(language, guide="README"):
    text = (GUIDES / f"{guide}.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@pytest.fixture
def secret(environment, tmp_path):
    """A token of the example manager."""
    issue = [sys.executable, str(ROOT / "manage.py"), "token", "issue"]
    said = run([*issue, "leder@example.org", "--name", "test"], environment, tmp_path)
    return said.strip()


@pytest.fixture
def environment(live_server, settings):
    """What a reader has: a running server with the plan and the example people."""
    settings.BASE_URL = live_server.url
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


def test_the_python_program_does_what_the_guide_says(environment, secret, tmp_path):
    (program,) = blocks("python")

    said = run(
        [sys.executable, "-c", program],
        environment | {"TOKEN": secret},
        tmp_path,
    )

    assert "'launched': 7" in said
    assert "not yet. No responsible person has been chosen." in said


def test_the_copy_is_kept_as_the_guide_says(environment, secret, tmp_path):
    (program,) = blocks("python", "synchronising")
    known = environment | {"TOKEN": secret}
    keep = [sys.executable, "-c", program]

    begun = run(keep, known, tmp_path)
    activity = Activity.objects.first()
    Activity.objects.filter(pk=activity.pk).update(note="Ny note")
    Milestone.objects.first().delete()
    followed = run(keep, known, tmp_path)

    assert re.match(r"begun with \d{3,} rows", begun)
    told, rows = map(int, re.findall(r"\d+", followed))
    assert told >= 2
    assert rows == int(re.findall(r"\d+", begun)[0]) - 1
    copy = json.loads((tmp_path / "copy.json").read_text())
    assert copy["rows"][f"activities/{activity.pk}"]["note"] == "Ny note"
    assert run(keep, known, tmp_path).startswith("0 changes")


@pytest.mark.django_db(transaction=False)
def test_a_call_is_verified_as_the_guide_says():
    (program,) = blocks("python", "webhooks")
    known = {}
    exec(program, known)
    is_genuine = known["is_genuine"]
    body = b'{"type":"activities.updated"}'
    salts = [signing.new_salt(), signing.new_salt()]
    headers = signing.headers("evt_1", body, salts=salts, timestamp=1000)

    for salt in salts:
        key = signing.secret_of(salt)
        assert is_genuine(key, headers, body, now=1000)
        assert not is_genuine(key, headers, body + b" ", now=1000)
        assert not is_genuine(key, headers, body, now=2000)
        assert not is_genuine(key, headers | {"webhook-id": "evt_2"}, body, now=1000)
        assert not is_genuine(key, {}, body, now=1000)
    stranger = signing.secret_of(signing.new_salt())
    assert not is_genuine(stranger, headers, body, now=1000)
