"""A number that a form shows is the number that it reads back."""

from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from rollout.web.numbers import NumberField

NUMBERS = st.decimals(min_value=-999999, max_value=999999, places=4, allow_nan=False)


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("number", ["0.125", "12.345", "-1.5", "1234", "0", "1E+3"])
def test_some_numbers_survive_their_form(number, language):
    field = NumberField()

    with translation.override(language):
        read = field.clean(field.prepare_value(Decimal(number)))

    assert read == Decimal(number)


def test_a_point_is_english_for_a_decimal_and_danish_for_thousands():
    read = {}
    for language in ("da", "en"):
        with translation.override(language):
            read[language] = NumberField().clean("1.234")

    assert read == {"da": 1234, "en": Decimal("1.234")}


@given(number=NUMBERS)
def test_every_number_survives_its_form(number):
    field = NumberField()

    assert field.clean(field.prepare_value(number)) == number
