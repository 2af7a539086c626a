"""The lock files suffice: the image has no development packages to fall back on."""

import re
import subprocess
import sys
from importlib.metadata import packages_distributions

import pytest

from tests.environment import ROOT

# Makes what the lock file does not install as absent as it is in the image.
HIDE = """
import sys
class Absent:
    names = set(sys.argv[1:])
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in self.names:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
"""
# What web, worker and beat import before their first request, task or turn.
PRODUCT = """
import config.wsgi, config.asgi, config.events
import config.beat, config.gunicorn, config.probe
import celery.bin.beat, celery.bin.worker, celery.concurrency.prefork
import gunicorn.app.wsgiapp, gunicorn.workers.gthread
import kombu.transport.redis
from config.celery import app
app.loader.import_default_modules()
from django.template import engines
from django.urls import get_resolver
engines.all(); get_resolver().url_patterns
"""
DEMO = PRODUCT + "import config.demo, config.demo_data, config.mailcatcher"
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


def locked(name):
    """Return the names of the packages that a lock file installs."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z0-9.-]+)==", text, flags=re.MULTILINE))


@pytest.mark.parametrize(("lock", "code"), [("runtime", PRODUCT), ("demo", DEMO)])
def test_what_runs_is_locked_where_it_runs(lock, code):
    installed = locked(lock)
    absent = [
        module
        for module, providers in packages_distributions().items()
        if not {re.sub(r"[._]+", "-", name).lower() for name in providers} & installed
    ]

    done = subprocess.run(
        [sys.executable, "-c", HIDE + code, *absent],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert len(absent) > 1, "nothing was hidden"


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_lock_has_hashes_and_no_address(lock):
    text = lock.read_text(encoding="utf-8")
    entries = re.split(
        r"\n(?=[a-z])", text.split("\n", 1)[1] if text[0] == "#" else text
    )

    assert "://" not in text
    assert all("--hash=sha256:" in entry for entry in entries if "==" in entry)


def test_the_demo_and_the_tools_run_what_production_runs():
    pins = re.compile(r"^([a-z0-9.-]+==\S+)", flags=re.MULTILINE)
    runtime, demo, dev = (
        set(pins.findall((ROOT / "requirements" / f"{name}.txt").read_text()))
        for name in ("runtime", "demo", "dev")
    )

    assert runtime <= demo <= dev


def test_the_front_end_lock_has_hashes_and_no_address():
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")

    assert '"resolved"' not in text
    assert text.count('"integrity"') == text.count('"node_modules/')
