"""What people are given to see: design system, static files, translations."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from bootstrap.programs import npm
from bootstrap.steps import LOCKS, MARKS, PYTHON, ROOT, VENV, run, step

VENDOR = ROOT / "static" / "vendor"
FONTS = Path("fonts", "IBMPlexSans", "split", "woff2")
WEIGHTS = ("Regular", "Medium", "SemiBold", "Bold")
LETTERS = ("Latin1", "Latin2", "Latin3", "Pi")


def fetch_assets() -> None:
    """Fetch the design system and put the files that pages use into static/vendor."""
    step(
        "front-end assets",
        VENDOR / ".made",
        [ROOT / "package-lock.json", Path(__file__)],
        copy_assets,
    )


def copy_assets() -> None:
    """Copy stylesheet, pictures and the four weights of the font that pages use.

    The stylesheet's own font rules go: they name 12 MB of files in old formats. The
    site's own stylesheet declares the same family from the small files.
    """
    run(
        *(*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"),
        fails="npm could not fetch the front-end packages; is there a network?",
        env={"PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"},
    )
    source, target = ROOT / "node_modules" / "dkfds" / "dist", VENDOR / "dkfds"
    shutil.rmtree(VENDOR, ignore_errors=True)
    shutil.copytree(source / "img", target / "img")
    css = (source / "css" / "dkfds.min.css").read_text(encoding="utf-8")
    css = re.sub(r"@font-face\s*{[^}]*}|/\*# sourceMappingURL=.*?\*/", "", css)
    (target / "css").mkdir()
    (target / "css" / "dkfds.min.css").write_text(css, encoding="utf-8")
    (target / FONTS).mkdir(parents=True)
    for weight in WEIGHTS:
        for letters in LETTERS:
            name = FONTS / f"IBMPlexSans-{weight}-{letters}.woff2"
            shutil.copy(source / name, target / name)
    shutil.copy(source / "LICENSE.md", target)


def build() -> None:
    """Compile translations and gather static files, when their sources changed."""
    catalogues = sorted((ROOT / "locale").glob("*/LC_MESSAGES/django.po"))
    if catalogues:
        step("translations", MARKS / "translations", catalogues, compile_translations)
    step(
        "static files",
        MARKS / "static-files",
        [ROOT / "static", LOCKS / "demo.txt"],
        collect_static_files,
    )


def compile_translations() -> None:
    """Turn every .po into the .mo that Django reads."""
    compile_all = ("compile", "--domain", "django", "--directory", "locale")
    run(
        *(PYTHON, "-m", "babel.messages.frontend", *compile_all),
        fails="the translations could not be compiled.",
    )


def collect_static_files() -> None:
    """Gather, name by content and compress what the web server sends."""
    run(
        *(PYTHON, "manage.py", "collectstatic", "--noinput", "--clear"),
        fails="the static files could not be gathered.",
        env={
            "ENV_FILE": "",
            "DEBUG": "false",
            "SECRET_KEY": "used-for-gathering-files-only-" + "0123456789" * 3,
            "ALLOWED_HOSTS": "localhost",
            "BASE_URL": "http://localhost",
            "DATABASE_URL": "postgres://nobody@localhost/none",
            "REDIS_URL": "redis://localhost",
            "EMAIL_URL": "smtp://localhost",
            "DEFAULT_FROM_EMAIL": "nobody@localhost",
        },
    )
