"""No small number follows from what is shown beside it, whatever the table."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from rollout.suppression import Sum, withheld

SMALLEST = 5
#: As far as somebody who guesses has to look.
FURTHEST = 14


def table(values):
    """Return cells and sums of a table with totals at both sides and in the corner."""
    rows, columns = len(values), len(values[0])
    cells = {(r, c): values[r][c] for r, c in product(range(rows), range(columns))}
    sums = []
    for r in range(rows):
        cells[r, "all"] = sum(values[r])
        sums.append(Sum((r, "all"), tuple((r, c) for c in range(columns))))
    for c in [*range(columns), "all"]:
        cells["all", c] = sum(cells[r, c] for r in range(rows))
        sums.append(Sum(("all", c), tuple((r, c) for r in range(rows))))
    corner = Sum(("all", "all"), tuple(("all", c) for c in range(columns)))
    return {key: Decimal(value) for key, value in cells.items()}, [*sums, corner]


def guesses(cells, sums, small, others) -> Iterator[dict[object, Decimal]]:
    """Yield what the hidden cells inside may be, by what a reader knows."""
    hidden = small | others
    inside = [key for key in cells if key in hidden and "all" not in key]
    totals = [one for one in sums if one.total not in hidden]
    spans = [
        range(SMALLEST) if key in small else range(SMALLEST, FURTHEST) for key in inside
    ]
    for guess in product(*spans):
        known = dict(cells) | dict(zip(inside, guess, strict=True))
        for one in sums:
            known[one.total] = (
                cells[one.total]
                if one in totals
                else sum(known[key] for key in one.parts)
            )
        if all(
            sum(known[key] for key in one.parts) == known[one.total] for one in sums
        ) and all((known[key] < SMALLEST) == (key in small) for key in hidden):
            yield known


NUMBERS = st.integers(0, 9)
TABLES = st.lists(st.lists(NUMBERS, min_size=2, max_size=2), min_size=2, max_size=2)


@settings(max_examples=25, deadline=None)
@given(values=TABLES)
def test_a_reader_who_tries_everything_is_left_with_more_than_one_answer(values):
    cells, sums = table(values)
    small = {key for key, value in cells.items() if value < SMALLEST}

    others = withheld(cells, sums, smallest=SMALLEST)

    assert not others & small
    possible = list(guesses(cells, sums, small, others))
    everything_is_hidden = small | others == set(cells)
    for key in small:
        answers = {guess[key] for guess in possible}
        assert len(answers) > 1 or everything_is_hidden, (key, others)


@given(values=st.lists(st.integers(5, 60), min_size=1, max_size=8))
def test_where_nothing_is_small_nothing_is_hidden(values):
    cells, sums = table([values])

    assert withheld(cells, sums, smallest=SMALLEST) == set()


@given(values=st.lists(st.integers(0, 60), min_size=2, max_size=8))
def test_a_single_small_part_takes_the_smallest_other_part_with_it(values):
    cells = {number: Decimal(value) for number, value in enumerate(values)}
    cells["all"] = Decimal(sum(values))
    small = {key for key, value in cells.items() if value < SMALLEST}

    others = withheld(cells, [Sum("all", tuple(range(len(values))))], smallest=SMALLEST)

    hidden = small | others
    if small and "all" not in hidden:
        assert len(hidden) > 1


def test_zeroes_alone_do_not_show_themselves_by_their_sum():
    cells = {"a": Decimal(0), "b": Decimal(0), "c": Decimal(9), "all": Decimal(9)}

    others = withheld(cells, [Sum("all", ("a", "b", "c"))], smallest=SMALLEST)

    assert others
