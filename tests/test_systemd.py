"""The systemd units run what the containers run, and write no more than they need."""

import configparser
import os
import re
import shlex
import socket
import subprocess
import sys

import pytest
import yaml

from config import queues
from config.celery import LEAVING_SECONDS
from tests.environment import ROOT
from tests.processes import PATIENCE_SECONDS, address_of_test_database

UNITS = {
    file.stem.removeprefix("rollout-"): file
    for file in (ROOT / "docs/operations/systemd").glob("*.service")
}
SERVICES = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))[
    "services"
]


def environment_of(name):
    """Return what a unit sets by itself, beside its file."""
    lines = UNITS[name].read_text(encoding="utf-8").splitlines()
    pairs = [
        pair
        for line in lines
        if line.startswith("Environment=")
        for pair in shlex.split(line.removeprefix("Environment="))
    ]
    return dict(pair.split("=", 1) for pair in pairs)


def start_of(name):
    """Return the variables that count whatever a unit's file says, and its command."""
    words = shlex.split(service_of(name)["ExecStart"])
    if words[0] != "/usr/bin/env":
        return {}, words
    own = [word for word in words[1:] if re.match(r"[A-Z_]+=", word)]
    return dict(word.split("=", 1) for word in own), words[1 + len(own) :]


def service_of(name):
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str
    parser.read(UNITS[name], encoding="utf-8")
    return parser["Service"]


@pytest.mark.parametrize("name", ["web", "events", "worker", "beat"])
def test_a_unit_runs_what_its_container_runs(name):
    own, (program, *rest) = start_of(name)

    assert program.startswith("/opt/rollout/.venv/bin/")
    assert [program.rsplit("/", 1)[1], *rest] == shlex.split(SERVICES[name]["command"])
    # Neither takes what is its own from the file that all share.
    shared = SERVICES["worker"]["environment"]
    assert own == dict(SERVICES[name]["environment"].items() - shared.items())


@pytest.mark.parametrize("name", sorted(UNITS))
def test_a_unit_reads_the_settings_that_commands_read_and_no_developers_file(name):
    command = (ROOT / "docs/operations/rollout").read_text(encoding="utf-8")
    file = environment_of(name)["ENV_FILE"]

    assert file == service_of(name)["EnvironmentFile"]
    assert f"ENV_FILE={file} " in command


def test_there_is_a_unit_for_each_process_and_one_that_needs_no_redis():
    ours = {name for name, one in SERVICES.items() if one["image"] == "rollout"}

    assert set(UNITS) == ours - {"migrate"} | {"outbox", "worker@"}
    assert service_of("outbox")["ExecStart"].endswith("manage.py outbox --loop 15")


def test_a_worker_of_some_queues_is_otherwise_like_the_one_that_serves_all():
    every = service_of("worker")
    some = service_of("worker@")

    only = "--queues %i --hostname %i@%H "
    assert some["ExecStart"].replace(only, "") == every["ExecStart"]
    assert dict(every) | {"ExecStart": ""} == dict(some) | {"ExecStart": ""}


@pytest.mark.parametrize(
    "file", ["docs/operations/systemd/rollout-worker@.service", "docs/scaling.md"]
)
def test_each_worker_of_one_queue_that_is_told_of_has_a_queue_of_ours(file):
    text = (ROOT / file).read_text(encoding="utf-8")
    [named] = re.findall(r"rollout-worker@\{(.*?)\}", text)

    assert set(named.split(",")) < set(queues.NAMES)
    # systemd escapes a comma in a name: the queue would be called otherwise.
    assert not re.search(r"rollout-worker@\w+,", text)


@pytest.mark.parametrize("name", ["web", "worker", "worker@"])
def test_only_the_first_of_several_processes_is_asked_to_end(name):
    assert service_of(name)["KillMode"] == "mixed"


@pytest.mark.parametrize("name", ["web", "worker"])
def test_whoever_ends_a_process_waits_for_as_long_as_it_may_take(name):
    patience = service_of(name)["TimeoutStopSec"]

    assert SERVICES[name]["stop_grace_period"] == f"{patience}s"
    assert name != "worker" or int(patience) > LEAVING_SECONDS


def test_a_port_stays_open_while_web_is_started_anew():
    unit = UNITS["web"].read_text(encoding="utf-8")
    port = UNITS["web"].with_suffix(".socket").read_text(encoding="utf-8")

    assert "\nListenStream=127.0.0.1:8000\n" in port
    assert "\nRequires=rollout-web.socket\n" in unit
    assert "\nAlso=rollout-web.socket\n" in unit


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_who_comes_while_web_is_not_there_is_answered_when_it_is():
    _, [_, *arguments] = start_of("web")
    as_systemd_does = 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$@" 3<&0 0</dev/null'
    with socket.create_server(("127.0.0.1", 0)) as port:
        early = socket.create_connection(port.getsockname(), timeout=PATIENCE_SECONDS)
        early.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")

        web = subprocess.Popen(
            [
                *("bash", "-c", as_systemd_does, "web"),
                *(sys.executable, "-m", "gunicorn", *arguments),
            ],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": address_of_test_database()},
            stdin=port.fileno(),
        )
        answer = early.recv(100)
        web.terminate()
        ended = web.wait(PATIENCE_SECONDS)
        late = socket.create_connection(port.getsockname())

    for one in (early, late):
        one.close()
    assert answer.split()[1] == b"200"
    assert ended == 0


@pytest.mark.parametrize("name", sorted(UNITS))
def test_a_unit_is_nobody_special_and_comes_back(name):
    service = service_of(name)

    assert service["User"] == "rollout"
    assert service["ProtectSystem"] == "strict"
    assert service["NoNewPrivileges"] == "yes"
    assert service["Restart"] == "always"
