"""What nobody sees is in no name, and the same letters are the same characters."""

import pytest
from django.core.exceptions import ValidationError

from rollout.models import Partner, User
from rollout.names import cleaned, refuse_unseen
from rollout.web.members import TokenForm
from tests.factories import make_programme

BIDI, NO_WIDTH, TAB = "Mette\u202eeS", "Met\u200bte", "Mette\tE"


@pytest.mark.parametrize(
    "name", [BIDI, NO_WIDTH, TAB, "a\u2028b", "a\u00adb", "\ufeffa", "a\uffffb"]
)
def test_a_name_with_unseen_characters_is_refused(name):
    """Checklist 40: direction, no width, control characters, ends of lines."""
    with pytest.raises(ValidationError):
        refuse_unseen(name)
    assert "name" in TokenForm({"name": name}).errors


@pytest.mark.parametrize("name", ["Søren Ågård", "Łukasz Żółć", "محمد", "李雷"])
def test_names_from_everywhere_are_welcome(name):
    """Checklist 40: only what is unseen is refused."""
    assert "name" not in TokenForm({"name": name}).errors


@pytest.mark.parametrize(
    ("text", "line", "lines"),
    [
        ("Anna\tHolm", "Anna Holm", "Anna\tHolm"),
        ("Anna\r\nHolm\r", "Anna Holm", "Anna\nHolm"),
        ("Anna\u2028Holm", "Anna Holm", "AnnaHolm"),
        (" Anna \u200b Holm", "Anna Holm", "Anna  Holm"),
        ("Met\u202ete\uffff\x00", "Mette", "Mette"),
    ],
)
def test_what_parts_words_parts_them_still_when_a_text_is_cleaned(text, line, lines):
    assert cleaned(text) == line
    assert cleaned(text, is_multiline=True) == lines


def test_letters_are_stored_composed():
    """Checklist 40: two spellings of one name are one name."""
    form = TokenForm(
        {"name": "A\u030aga\u0308rd", "days": "30", "scopes": ["read:plan"]}
    )

    form.is_valid()

    assert form.cleaned_data["name"] == "\u00c5g\u00e4rd"


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [User, Partner])
def test_the_admin_refuses_them_as_well(kind):
    """Checklist 40: the rule stands on the model."""
    made = kind(name=BIDI, email="a@example.org")
    if kind is Partner:
        made.programme = make_programme()

    with pytest.raises(ValidationError) as refused:
        made.full_clean()

    assert "name" in refused.value.error_dict
