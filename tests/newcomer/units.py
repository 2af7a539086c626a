"""`systemctl` for a directory that stands for a machine: runs the units' own commands
with the units' own settings. A program of its own, whatever directory it is called in.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from fnmatch import fnmatch
from pathlib import Path

MACHINE = Path(os.environ["MACHINE"])
UNITS = MACHINE / "etc/systemd/system"
PATIENCE_SECONDS = 240


def main(verb: str, *names: str) -> None:
    """Do what systemd would do."""
    wanted = [
        file
        for file in sorted(UNITS.glob("rollout-*.service"))
        if not file.stem.endswith("@")
        and any(fnmatch(one, name) for one in (file.stem, file.name) for name in names)
    ]
    if verb in {"stop", "restart"}:
        # A pattern means those that run.
        wanted = [file for file in wanted if pid_file(file).exists()]
        for file in wanted:
            stop(file)
    if verb in {"enable", "start", "restart"}:
        assert wanted, f"no unit is called {names}"
        for file in wanted:
            start(file)
        for file in wanted:
            wait_for(file)


def read(unit: Path) -> tuple[list[str], dict[str, str], str]:
    """Return a unit's command, its whole environment, and where it runs."""
    command: list[str] = []
    env, home = {"LANG": "C.UTF-8", "HOME": os.environ.get("HOME", "/")}, "/"
    files = []
    for line in unit.read_text().splitlines():
        name, _, value = line.partition("=")
        if name == "ExecStart":
            command = shlex.split(value)
        elif name == "Environment":
            env |= dict(pair.split("=", 1) for pair in shlex.split(value))
        elif name == "EnvironmentFile":
            files.append(Path(value))
        elif name == "WorkingDirectory":
            home = value
    for file in files:
        for line in file.read_text().splitlines():
            if "=" in line and not line.startswith("#"):
                name, _, value = line.partition("=")
                env[name] = " ".join(shlex.split(value))
    command, own = without_env(command)
    env |= own
    if unit.stem == "rollout-web":
        # Where the port that everybody has is taken by the machine's own.
        env.setdefault("PORT", os.environ.get("WEB_PORT", "8000"))
    env["BEAT_ALIVE_FILE"] = str(MACHINE / "run" / "beat-alive")
    return command, env, home


def without_env(command: list[str]) -> tuple[list[str], dict[str, str]]:
    """Return a command without the `env` before it, and the variables that it sets."""
    if command[0] != "/usr/bin/env":
        return command, {}
    number = next(n for n, word in enumerate(command[1:], 1) if "=" not in word)
    return command[number:], dict(pair.split("=", 1) for pair in command[1:number])


def start(unit: Path) -> None:
    """Start a unit's command, with the port of its socket if it has one."""
    command, env, home = read(unit)
    port = socket_of(unit)
    if port is not None:
        with_port = 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$@" 3<&0 0</dev/null'
        command = ["/bin/bash", "-c", with_port, unit.stem, *command]
    with (MACHINE / "log" / f"{unit.stem}.log").open("ab") as log:
        process = subprocess.Popen(
            command,
            cwd=home,
            env=env,
            stdin=subprocess.DEVNULL if port is None else port.fileno(),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    pid_file(unit).write_text(str(process.pid))


def socket_of(unit: Path) -> socket.socket | None:
    """Return the open port that systemd would give to a unit."""
    file = unit.with_suffix(".socket")
    if not file.exists():
        return None
    [address] = re.findall(r"^ListenStream=(.*)$", file.read_text(), re.MULTILINE)
    host, _, number = address.rpartition(":")
    return socket.create_server((host, int(number)))


def wait_for(unit: Path) -> None:
    """Wait until a unit is well, as somebody does who looks before going on."""
    name = unit.stem.removeprefix("rollout-")
    if name == "outbox":
        return
    command, env, home = read(unit)
    python = str(Path(command[0]).with_name("python"))
    until = time.monotonic() + PATIENCE_SECONDS
    probe = [python, "-m", "config.probe", name]
    while subprocess.run(probe, cwd=home, env=env, check=False).returncode:
        assert time.monotonic() < until, f"{name} is not well"
        time.sleep(0.5)


def stop(unit: Path) -> None:
    """Ask it to end, and see to it that it does."""
    pid = int(pid_file(unit).read_text())
    pid_file(unit).unlink()
    until = time.monotonic() + PATIENCE_SECONDS
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
        while time.monotonic() < until and not is_over(pid):
            time.sleep(0.1)
        os.killpg(pid, signal.SIGKILL)


def is_over(pid: int) -> bool:
    """Say whether a process has ended, buried or not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


def pid_file(unit: Path) -> Path:
    """Return where it is written down that a unit runs."""
    return MACHINE / "run" / f"{unit.stem}.pid"


if __name__ == "__main__":
    main(*(argument for argument in sys.argv[1:] if not argument.startswith("--")))
