"""Nothing that is committed looks like a key, a token or a password in use."""

import re
import subprocess

import pytest

from tests.environment import ROOT

#: What the keys of well-known services, and our own tokens, look like.
SHAPES = re.compile(
    rb"-----BEGIN [A-Z ]*PRIVATE KEY-----"
    rb"|AGE-SECRET-KEY-1[0-9A-Z]{50}"
    rb"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    rb"|\bgh[pousr]_[0-9A-Za-z]{36}\b"
    rb"|\bglpat-[-\w]{20}\b"
    rb"|\bxox[abprs]-[-0-9A-Za-z]{20,}"
    rb"|\bSG\.[-\w]{22}\.[-\w]{43}\b"
    rb"|\bpypi-[-\w]{60,}"
    rb"|\brollout_[0-9a-f]{8}_[-\w]{43}\b"
    rb"|\bwhsec_[0-9A-Za-z+/]{40,}"
    rb"|://[^\s:/@\"'<>{}$]+:(?!password|secret|hemmeligt)[^\s:/@\"'<>{}$]{12,}@"
)
#: Whose keys are made up, and how they begin.
MADE_UP = (b"rollout_3f9a01bc_aVerySecretText", b"whsec_NVdXGlcyYyGkVV")


def found_in(content):
    return [
        one[0].decode(errors="replace")
        for one in SHAPES.finditer(content)
        if not one[0].startswith(MADE_UP)
    ]


def test_nothing_committed_looks_like_a_secret():
    """Checklist 34: the repository is scanned."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False
    )
    if listed.returncode:
        pytest.skip("no repository here")
    names = [name for name in listed.stdout.decode().split("\0") if name]

    found = {
        name: secrets
        for name in names
        if (ROOT / name).is_file() and (secrets := found_in((ROOT / name).read_bytes()))
    }

    assert len(names) > 100
    assert found == {}


@pytest.mark.parametrize(
    "secret",
    [
        b"-----BEGIN " + b"PRIVATE KEY-----",
        b"AKIA" + b"ABCDEFGHIJKLMNOP",
        b"ghp_" + b"a" * 36,
        b"rollout_" + b"ab12cd34_" + b"x" * 43,
        b"smtp://user:" + b"correcthorsebattery@mail.example.org",
    ],
)
def test_what_is_a_secret_is_found(secret):
    """Checklist 34: the scan can fail."""
    assert found_in(b"KEY = '" + secret + b"'")
