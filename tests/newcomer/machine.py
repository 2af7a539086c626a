"""A machine for a newcomer: a directory that stands for `/`, and the programs of root
that may not touch the machine which the tests run on.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from config.embedded import postgres_binaries
from tests.environment import ROOT

UNITS = ROOT / "tests" / "newcomer" / "units.py"

#: What the guide names with its whole path, and what must be there beforehand.
PLACES = ("/opt/rollout", "/srv/rollout", "/etc/rollout.env", "/usr/local/bin/rollout")
FOLDERS = ("opt", "srv", "etc/systemd/system", "usr/local/bin", "root", "log", "run")

#: Programs that act as though the directory were the machine.
_PROGRAMS = {
    "useradd": "exit 0",
    # Like the real one, it passes on nothing that it is not told to.
    "sudo": """
        kept=()
        for argument; do case "$argument" in
            --preserve-env=*) name="${argument#*=}"; shift
                kept+=("$name=${!name-}"); [ -n "${!name-}" ] || kept=() ;;
            -u) shift 2; break ;;
        esac; done
        exec env -i PATH="$PATH" HOME="$HOME" LANG=C.UTF-8 "${kept[@]}" "$@"
    """,
    # There is no account to give anything to.
    "install": """
        told=(); while [ $# -gt 0 ]; do case "$1" in
            -o|-g) shift 2 ;; *) told+=("$1"); shift ;;
        esac; done
        /usr/bin/install "${told[@]}" && relocate "${told[-1]}"
    """,
    "cp": '/bin/cp "$@" && relocate "${@: -1}"/*',
    "relocate": """
        for file; do
            if [ -f "$file" ]; then sed -i -f "$MACHINE/relocate.sed" "$file"; fi
        done
    """,
    "systemctl": f'exec {sys.executable} {UNITS} "$@"',
}


@dataclass
class Machine:
    """Where a newcomer works."""

    root: Path
    web_port: int
    events_port: int

    def __post_init__(self) -> None:
        for folder in (*FOLDERS, "programs"):
            (self.root / folder).mkdir(parents=True)
        for name, script in _PROGRAMS.items():
            file = self.root / "programs" / name
            file.write_text(f"#!/usr/bin/env bash\n{script}\n")
            file.chmod(0o755)
        lines = [f"s#{old}#{new}#g" for old, new in self._moved().items()]
        (self.root / "relocate.sed").write_text("\n".join(lines) + "\n")

    def _moved(self) -> dict[str, str]:
        places = {place: f"{self.root}{place}" for place in PLACES}
        ports = {"127.0.0.1:8000": f"127.0.0.1:{self.web_port}"}
        units = "/etc/systemd/system"
        return {
            **places,
            **ports,
            units: f"{self.root}{units}",
            "PORT=8001": f"PORT={self.events_port}",
        }

    def relocate(self, script: str) -> str:
        """Return a script with every place and port as it is on this machine."""
        pattern = "|".join(map(re.escape, self._moved()))
        return re.sub(pattern, lambda found: self._moved()[found[0]], script)

    def run(self, script: str, values: dict[str, str]) -> str:
        """Run what the guide says, in one shell that stops at the first failure."""
        programs = [self.root / "programs", self.root / "usr/local/bin"]
        path = [*map(str, programs), str(postgres_binaries()), os.environ["PATH"]]
        done = subprocess.run(
            ["bash", "-euxo", "pipefail", "-c", self.relocate(script)],
            cwd=self.root,
            env={
                **values,
                "PATH": os.pathsep.join(path),
                "HOME": str(self.root / "root"),
                "LANG": "C.UTF-8",
                "MACHINE": str(self.root),
                "PYTHONPATH": "",
                "WEB_PORT": str(self.web_port),
                **{
                    name: value
                    for name, value in os.environ.items()
                    # How packages and certificates are found on this machine.
                    if name.startswith(("PIP_", "SSL_", "npm_", "REQUESTS_"))
                    or name.lower().endswith("_proxy")
                },
            },
            capture_output=True,
            text=True,
            timeout=1800,
            check=False,
        )
        said = f"{done.stdout}\n{done.stderr}"
        assert done.returncode == 0, f"{said[-6000:]}\n{self.logs()}"
        return said

    def directory_of(self, unit: str) -> Path:
        """Return where a unit's process runs, wherever links lead by now."""
        number = (self.root / "run" / f"{unit}.pid").read_text()
        return Path(f"/proc/{number}/cwd").readlink()

    def logs(self) -> str:
        """Return the end of what each unit wrote."""
        return "\n".join(
            f"--- {file.name}\n{file.read_text()[-1500:]}"
            for file in sorted((self.root / "log").iterdir())
        )

    def clear(self) -> None:
        """Leave no unit behind, nor hundreds of megabytes of packages."""
        subprocess.run(
            [sys.executable, UNITS, "stop", "rollout-*"],
            env=os.environ | {"MACHINE": str(self.root)},
            check=True,
        )
        shutil.rmtree(self.root / "opt")
