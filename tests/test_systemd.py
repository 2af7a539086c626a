"""The systemd units run what the containers run, and write no more than they need."""

import configparser
import shlex

import pytest
import yaml

from tests.environment import ROOT

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


def service_of(name):
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str
    parser.read(UNITS[name], encoding="utf-8")
    return parser["Service"]


@pytest.mark.parametrize("name", ["web", "events", "worker", "beat"])
def test_a_unit_runs_what_its_container_runs(name):
    program, *rest = shlex.split(service_of(name)["ExecStart"])

    assert program.startswith("/opt/rollout/.venv/bin/")
    assert [program.rsplit("/", 1)[1], *rest] == shlex.split(SERVICES[name]["command"])


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


@pytest.mark.parametrize("name", sorted(UNITS))
def test_a_unit_is_nobody_special_and_comes_back(name):
    service = service_of(name)

    assert service["User"] == "rollout"
    assert service["ProtectSystem"] == "strict"
    assert service["NoNewPrivileges"] == "yes"
    assert service["Restart"] == "always"
