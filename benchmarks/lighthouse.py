"""`make lighthouse`: what a phone on a slow line makes of the demo that is running.

Lighthouse is fetched into var/ the first time, so that nobody waits for it otherwise.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import sync_playwright

from bootstrap.programs import npm

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / "var" / "lighthouse"
VERSION = "12.8.2"
BROWSER = os.environ.get("CHROME_PATH", "/usr/bin/chromium")
#: Where Lighthouse finds the browser.
PORT = 9333
#: The least score of each category, in percent, with Lighthouse's own throttling.
GOALS = {"accessibility": 100, "best-practices": 100, "performance": 95}
#: The most that the overview may weigh, in kB: all of it, and what comes again.
FIRST_LOAD, NEXT_LOAD = 150, 20


@dataclass(frozen=True)
class Page:
    """One page with its scores and what was sent for it."""

    name: str
    scores: dict[str, int]
    #: kB, compressed: everything, and the page alone once the rest is kept.
    weight: float
    document: float

    @property
    def is_met(self) -> bool:
        """Whether every goal is met."""
        is_light = self.weight <= FIRST_LOAD and self.document <= NEXT_LOAD
        is_good = all(self.scores[name] >= least for name, least in GOALS.items())
        return is_good and (is_light or self.name != "overview")


def main() -> int:
    """Measure the four pages and tell the figures; 1 if a goal was missed."""
    base = os.environ.get("URL", "http://localhost:8000")
    var = Path(os.environ.get("VAR_DIR", ROOT / "var"))
    install()
    password = (var / "demo-password").read_text(encoding="utf-8").strip()
    with somebody_logged_in(base, password) as (activity, forget):
        addresses = {
            "overview": "/",
            "activity": activity,
            "board": "/board/",
            "timeline": "/timeline/",
        }
        found = []
        for name, path in addresses.items():
            forget()
            found.append(measure(name, base + path))
    for page in found:
        scores = ", ".join(f"{name} {score}" for name, score in page.scores.items())
        missed = "" if page.is_met else "  MISSED"
        weight = f"{page.weight:.0f} kB, then {page.document:.0f} kB"
        print(f"{page.name}: {scores}; {weight}{missed}")
    return int(not all(page.is_met for page in found))


def install() -> None:
    """Fetch Lighthouse, unless this version is there."""
    package = HOME / "node_modules" / "lighthouse" / "package.json"
    if package.exists() and json.loads(package.read_text())["version"] == VERSION:
        return
    HOME.mkdir(parents=True, exist_ok=True)
    fetch = ("install", "--no-audit", "--no-fund", f"lighthouse@{VERSION}")
    command = [*npm(), *fetch, "--prefix", str(HOME)]
    subprocess.run(command, check=True)  # noqa: S603 (our own words)


@contextmanager
def somebody_logged_in(
    base: str, password: str
) -> Iterator[tuple[str, Callable[[], object]]]:
    """Keep a browser open in which the example manager is logged in.

    Lighthouse uses it, for a header with the cookie would not reach what scripts ask.
    Gives an activity's path, and what makes the browser forget the files it kept.
    """
    with TemporaryDirectory() as profile, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=BROWSER,
            args=[f"--remote-debugging-port={PORT}"],
            base_url=base,
            locale="da-DK",
        )
        page = context.new_page()
        page.goto("/accounts/login/")
        page.get_by_label("E-mail").fill("leder@example.org")
        page.get_by_label("Adgangskode").fill(password)
        page.get_by_role("button", name="Log ind").click()
        cell = page.locator("a.cell").first
        cell.wait_for()
        path = cell.get_attribute("href") or ""
        page.goto("about:blank")
        tools = context.new_cdp_session(page)
        yield path, lambda: tools.send("Network.clearBrowserCache")
        context.close()


def measure(name: str, address: str) -> Page:
    """Let Lighthouse look at one page."""
    report = HOME / f"{name}.json"
    subprocess.run(  # noqa: S603 (our own words)
        [
            str(HOME / "node_modules" / ".bin" / "lighthouse"),
            address,
            "--quiet",
            "--output=json",
            f"--output-path={report}",
            f"--only-categories={','.join(GOALS)}",
            f"--port={PORT}",
            # Else the login would be thrown away with the cache.
            "--disable-storage-reset",
        ],
        check=True,
    )
    told: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    requests = told["audits"]["network-requests"]["details"]["items"]
    sent = [one.get("transferSize", 0) for one in requests]
    return Page(
        name,
        {one: round(100 * told["categories"][one]["score"]) for one in GOALS},
        weight=sum(sent) / 1000,
        document=sent[0] / 1000,
    )


if __name__ == "__main__":
    sys.exit(main())
