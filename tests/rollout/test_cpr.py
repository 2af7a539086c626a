"""No free text takes a CPR number, wherever it is written and however it is spelled."""

from __future__ import annotations

import json
import re
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError as DjangoValidationError
from django.urls import get_resolver
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ValidationError

from rollout.api.parsers import StrictJSONParser
from rollout.cpr import holds_cpr, is_free_text, refuse_cpr
from rollout.plans.document import parse_bytes
from rollout.web.forms import Form, NoteField
from rollout.web.forms import is_free_text as is_free_field

ROOT = Path(__file__).resolve().parents[2]

SPELLINGS = [
    "{d}{m}{y}-{n}",
    "{d}{m}{y}{n}",
    "{d}{m}{y} {n}",
    "{d}{m}{y} - {n}",
    "{d}{m}{y}–{n}",
    "{d}{m}{y}/{n}",
    "{d}.{m}.{y}-{n}",
    "{d}-{m}-{y}-{n}",
    "{d}/{m}/{y} {n}",
    "{d} {m} {y} {n}",
    "{d}{m}{Y}-{n}",
    "{d}{m}{y} {n}",
    "{d}{m}{y}\u200b{n}",
    "cpr:{d}{m}{y}-{n}.",
    "({d}{m}{y}-{n})",
    "12 {d}{m}{y}-{n}",
]


@given(
    born=st.dates(date(1900, 1, 1), date(2026, 12, 31)),
    number=st.integers(0, 9999),
    spelling=st.sampled_from(SPELLINGS),
    added=st.sampled_from([0, 60]),
)
def test_every_spelling_is_seen_whatever_its_check_digit(born, number, spelling, added):
    text = spelling.format(
        d=f"{born.day + added:02}",
        m=f"{born.month:02}",
        y=f"{born:%y}",
        Y=f"{born:%Y}",
        n=f"{number:04}",
    )

    assert holds_cpr(f"Vi talte med {text} i går")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "14 unge deltog den 12. marts 2026",
        "320190-1234",
        "011390-1234",
        "310490-1234",
        "Ring til 43 57 75 77",
        "+45 43577577",
        "2026-03-01 kl. 1200",
        "journal 20260301-12345",
        "10101901234567",
        "1.234.567,89 kr.",
    ],
)
def test_other_numbers_are_let_through(text):
    assert not holds_cpr(text)


def models():
    packages = [apps.get_app_config(name) for name in ("rollout", "notifications")]
    return [model for package in packages for model in package.get_models()]


def test_every_free_text_of_every_model_refuses_one():
    texts = [
        field
        for model in models()
        for field in model._meta.get_fields()
        if is_free_text(field)
    ]

    assert len(texts) > 60
    assert [str(one) for one in texts if refuse_cpr not in one.validators] == []


def test_every_form_in_which_people_write_refuses_one():
    get_resolver().url_patterns  # noqa: B018  (loads every page and its forms)
    unguarded = [
        f"{form.__module__}.{form.__qualname__}"
        for form in every_form(forms.Form)
        if form.__module__.startswith(("rollout.", "notifications."))
        if not issubclass(form, Form)
        if any(is_free_field(field) for field in form.base_fields.values())
    ]

    assert unguarded == []


def test_no_form_gets_a_field_past_the_guard():
    past = re.compile(r"\.fields\[[^\]]+\] = |\.fields\.update\(")
    sources = [
        *(ROOT / "rollout").rglob("*.py"),
        *(ROOT / "notifications").rglob("*.py"),
    ]

    found = [str(one) for one in sources if past.search(one.read_text())]

    assert found == [str(ROOT / "rollout/web/forms/base.py")]


def every_form(of):
    for form in of.__subclasses__():
        yield form
        yield from every_form(form)


def test_a_form_says_what_is_wrong_and_hints_at_it_before():
    class Note(Form):
        text = NoteField(label="Bemærkning")

    form = Note({"text": "Anders, 010190-1234"})

    assert "CPR" in form.errors["text"][0]
    assert "CPR" in str(form.fields["text"].help_text)


def test_a_model_refuses_one_when_it_is_checked():
    with pytest.raises(DjangoValidationError):
        refuse_cpr("0101901234")


@pytest.mark.parametrize(
    "body", [{"reason": "010190-1234"}, {"deep": {"note": ["fin", "0101901234"]}}]
)
def test_the_api_takes_none_in_any_body(body):
    with pytest.raises(ValidationError, match="CPR"):
        StrictJSONParser().parse(BytesIO(json.dumps(body).encode()))


def test_a_plan_file_takes_none():
    text = "programme:\n  code: x\n  name: Plan for 010190-1234\n"

    document = parse_bytes(text.encode(), name="plan.yaml")

    assert any("CPR" in one.what for one in document.reading.problems)
