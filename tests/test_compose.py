"""The containers would work: each service's command runs here until it is healthy."""

import json
import os
import re
import shlex
import socket
import sys
from pathlib import Path

import pytest
import yaml

from tests.environment import ROOT, SERVERS
from tests.processes import PATIENCE_SECONDS, Process, address_of_test_database

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if service["image"] == "rollout"]
GIVEN = {
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "POSTGRES_PASSWORD": "secret",
}


def interpolate(text):
    """Fill in ${NAME}, ${NAME:-default} and ${NAME:?complaint} as compose does."""
    return re.sub(
        r"\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}",
        lambda match: GIVEN.get(match[1], match[2] or ""),
        text,
    )


def environment(service, smtp_sink):
    """Return the service's variables, with the embedded servers in place of its own."""
    variables = {
        name: interpolate(str(value))
        for name, value in service["environment"].items()
        # Without one it is the host's, if that has it.
        if value is not None
    }
    assert variables["DATABASE_URL"].startswith("postgres://rollout:secret@postgres")
    assert variables["REDIS_URL"].startswith("redis://redis")
    return variables | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "DATABASE_URL": address_of_test_database(),
        "REDIS_URL": SERVERS.redis_url,
        "EMAIL_URL": smtp_sink.url,
    }


def free_port():
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


@pytest.fixture
def run(transactional_db, redis_server, smtp_sink, tmp_path):
    """Run a service's command, or another, as a local process with its environment."""
    started = []

    def start(name, command, **more):
        process = Process(
            name,
            command,
            tmp_path / f"{name}-{len(started)}.log",
            environment(SERVICES[name], smtp_sink)
            | {"BEAT_ALIVE_FILE": str(tmp_path / "beat-alive"), "HOST": "127.0.0.1"}
            | more,
        ).start()
        started.append(process)
        return process

    yield start
    for process in started:
        process.stop()


@pytest.mark.processes
@pytest.mark.slow
@pytest.mark.parametrize("name", ["web", "events", "worker", "beat"])
def test_the_command_runs_until_its_health_check_passes(name, run):
    service = SERVICES[name]
    port = {"PORT": str(free_port())}
    check, *probe = service["healthcheck"]["test"]
    assert check == "CMD"

    before = run(name, probe, **port)
    assert before.child.wait(PATIENCE_SECONDS) == 1, "healthy before it runs"
    process = run(name, shlex.split(service["command"]), **port)

    process.wait_until(
        lambda: run(name, probe, **port).child.wait(PATIENCE_SECONDS) == 0,
        what=f"{name} is healthy",
    )
    assert process.stop() == 0
    if name in {"web", "events"}:
        lines = process.log.read_text(encoding="utf-8").splitlines()
        assert all("timestamp" in json.loads(line) for line in lines)


@pytest.mark.processes
@pytest.mark.slow
def test_the_migration_service_ends_well(run):
    process = run("migrate", shlex.split(SERVICES["migrate"]["command"]))

    assert process.child.wait(PATIENCE_SECONDS) == 0, process.log.read_text()


def test_every_service_is_watched_and_waits_for_what_it_needs():
    for name, service in SERVICES.items():
        assert name == "migrate" or service["healthcheck"]["test"]
        for needed, how in service.get("depends_on", {}).items():
            assert needed in SERVICES
            if how["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[needed]


def test_all_our_services_are_one_image():
    assert sorted(OURS) == ["beat", "events", "migrate", "web", "worker"]


def test_none_of_them_can_write_but_to_its_volume_or_gain_a_right():
    for name in OURS:
        service = SERVICES[name]
        assert (service["read_only"], service["tmpfs"]) == (True, ["/tmp"]), name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name


def test_whatever_is_written_lies_in_a_volume_that_the_account_owns():
    image = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    [owned] = re.findall(r"install -d -o rollout -g rollout (.*)", image)
    places = re.findall(r"(?:MEDIA_ROOT|VAR_DIR)=(\S+)", image)

    assert len(places) == 2
    for name in OURS:
        [(volume, mounted)] = [one.split(":") for one in SERVICES[name]["volumes"]]
        assert volume in COMPOSE["volumes"]
        # A restore works beside the files that it brings, so their parent counts too.
        assert {mounted} == {str(Path(place).parent) for place in places}
        assert mounted in owned.split()


def test_every_variable_is_one_that_the_example_explains():
    known = (ROOT / ".env.example").read_text(encoding="utf-8")

    for name in OURS:
        for variable in SERVICES[name]["environment"]:
            assert re.search(rf"^#?{variable}=", known, flags=re.MULTILINE), variable


def test_the_image_runs_as_nobody_special_and_names_what_exists():
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()

    assert "USER rollout" in lines
    assert any("requirements/runtime.txt" in line for line in lines)
    assert (ROOT / "requirements" / "runtime.txt").exists()
