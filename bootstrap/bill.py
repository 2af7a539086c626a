"""Writes the bill of materials (CycloneDX) of what an installation runs.

Standard library only, from the locks. They name each package with its version and the
digests of its files, so nothing has to be installed or asked for it.
"""

from __future__ import annotations

import base64
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PYTHON_LOCK = ROOT / "requirements" / "runtime.txt"
NODE_LOCK = ROOT / "package-lock.json"

_PACKAGE = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def python_packages(text: str) -> Iterator[dict[str, Any]]:
    """Yield the components that a lock of pip names."""
    component: dict[str, Any] | None = None
    for line in text.splitlines():
        if found := _PACKAGE.match(line):
            name, version = found[1].lower().replace("_", "-"), found[2]
            component = _component(name, version, f"pkg:pypi/{name}@{version}")
            yield component
        if component is not None:
            component["hashes"] += [
                {"alg": "SHA-256", "content": digest} for digest in _HASH.findall(line)
            ]


def node_packages(text: str) -> Iterator[dict[str, Any]]:
    """Yield the components that npm's lock names, but for those of development."""
    for path, entry in json.loads(text)["packages"].items():
        if not path or entry.get("dev"):
            continue
        name = path.rpartition("node_modules/")[2]
        quoted = name.replace("@", "%40")
        version = entry["version"]
        component = _component(name, version, f"pkg:npm/{quoted}@{version}")
        algorithm, _dash, digest = entry.get("integrity", "").partition("-")
        if algorithm == "sha512":
            content = base64.b64decode(digest).hex()
            component["hashes"].append({"alg": "SHA-512", "content": content})
        yield component


def bill() -> dict[str, Any]:
    """Return the whole bill."""
    components = [
        *python_packages(PYTHON_LOCK.read_text(encoding="utf-8")),
        *node_packages(NODE_LOCK.read_text(encoding="utf-8")),
    ]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "rollout"}},
        "components": sorted(components, key=lambda one: one["bom-ref"]),
    }


def _component(name: str, version: str, purl: str) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
        "hashes": [],
    }


if __name__ == "__main__":
    json.dump(bill(), sys.stdout, indent=1)
    sys.stdout.write("\n")
