"""`make bench`: every figure of the product beside its floor, in one sitting.

A ratio says more than seconds, because both sides ran on the same machine a moment
apart. The table and `var/bench/ratios.svg` are for people, `var/bench/results.json` is
for programs.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import plots
from benchmarks.surroundings import database, machine, variables
from config.embedded import Servers

if TYPE_CHECKING:
    from benchmarks.measure import Result

ROOT = Path(__file__).resolve().parent.parent
DIRECTORY = ROOT / "var" / "bench"

#: Name, tier of the data, and the module that measures.
BENCHMARKS = {
    "transitions": "ONE",
    "pages": "ONE",
    "answers": "ONE",
    "rights": "ONE",
    "planning": "M",
    "mails": "M",
    "growth": "M",
    "starting": "ONE",
    "rehearsals": "S",
    "held": "M",
}


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--only", default="", help="names, separated by commas")
    parser.add_argument("--tier", default="", help="of the data; most take minutes")
    return parser.parse_args()


def main() -> int:
    """Measure what was chosen; return 1 if a goal was missed."""
    asked = arguments()
    only = {name for name in asked.only.split(",") if name}
    servers = Servers(DIRECTORY)
    os.environ |= variables(servers, settings="benchmarks.settings")
    servers.start()
    try:
        results = list(measure(only, asked.tier))
    finally:
        servers.release()
    write(results)
    return int(not all(result.is_met for result in results))


def measure(only: set[str], tier: str = "") -> Iterator[Result]:
    """Run the benchmarks on their tiers, or on the one given; tell each result."""
    import importlib

    import django

    django.setup()
    from benchmarks import scale
    from config.collector import spare_the_collector

    # As each process of the web server does.
    spare_the_collector()
    print(machine())
    for name, code in BENCHMARKS.items():
        if only and name not in only:
            continue
        size = scale.TIERS[tier or code]
        with database(f"bench_{size.code.lower()}", partial(scale.fill, size)):
            module = importlib.import_module(f"benchmarks.{name}")
            for result in module.results():
                print(line(result), flush=True)
                yield result


def line(result: Result) -> str:
    """Tell one result to a person."""
    import statistics

    def seconds(values: list[float]) -> str:
        middle, least, most = statistics.median(values), min(values), max(values)
        return f"{middle * 1000:.2f} ms ({least * 1000:.2f}–{most * 1000:.2f})"

    goal = "" if result.at_most is None else f", goal ≤ {result.at_most:g}"
    missed = "" if result.is_met else "  MISSED"
    notes = "".join(f"\n    {note}" for note in result.notes)
    busy = ""
    if result.busy_ratio is not None:
        busy = (
            f"\n    of the processor {result.busy_ratio:.2f} ×:"
            f" ours {seconds(result.ours_busy)}, floor {seconds(result.floor_busy)}"
        )
    return (
        f"{result.name}: {result.ratio:.2f} ×{goal}{missed}\n"
        f"    ours {seconds(result.ours)} for {result.unit}\n"
        f"    floor {seconds(result.floor)}: {result.floor_is}{busy}{notes}"
    )


def write(results: list[Result]) -> None:
    """Keep the results for programs."""
    path = DIRECTORY / "results.json"
    text: dict[str, Any] = {
        "machine": machine(),
        "results": [result.as_json() for result in results],
    }
    path.write_text(json.dumps(text, indent=1), encoding="utf-8")
    drawing = DIRECTORY / "ratios.svg"
    drawing.write_text(plots.ratios(text["results"]), encoding="utf-8")
    print(path.relative_to(ROOT), drawing.relative_to(ROOT))


if __name__ == "__main__":
    sys.exit(main())
