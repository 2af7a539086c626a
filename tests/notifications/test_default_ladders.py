"""The ladders that hold until somebody writes others, in new and old databases."""

from importlib import import_module

import pytest
from django.apps import apps

from notifications.ladder import DEFAULTS, ensure_default_ladders
from notifications.models import Audience, Ladder
from rollout.models import REMINDED
from tests.factories import make_programme
from tests.notifications.factories import make_ladder

pytestmark = pytest.mark.django_db

migration = import_module("notifications.migrations.0012_default_ladders_ask_others")


def first_default(kind=""):
    """Make the default ladder of a kind as it was first made."""
    Ladder.objects.filter(programme=None, kind=kind).delete()
    ladder = Ladder.objects.create(kind=kind)
    for offset, repeat in migration.FORMER[kind]:
        ladder.steps.create(offset_days=offset, repeat_every=repeat)
    return ladder


def test_there_is_one_for_everything_that_people_are_reminded_of():
    kinds = set(Ladder.objects.filter(programme=None).values_list("kind", flat=True))

    assert kinds == set(DEFAULTS)
    assert kinds - {""} <= {kind for kind, _label in REMINDED}


def test_who_asks_others_asks_them_in_turn_and_after_the_due_date():
    for steps in DEFAULTS.values():
        others = [(offset, who) for offset, _every, _until, who in steps]
        asked = [one for one in others if one[1] != Audience.RESPONSIBLE]
        assert asked == sorted(asked)
        assert all(offset > 0 for offset, _who in asked)


@pytest.mark.parametrize("kind", list(migration.FORMER))
def test_a_default_that_nobody_changed_is_made_anew(kind):
    first_default(kind)

    migration.drop_untouched(apps, None)
    ensure_default_ladders()

    ladder = Ladder.objects.get(programme=None, kind=kind)
    assert ladder.steps.count() == len(DEFAULTS[kind])


def test_a_default_that_somebody_changed_stays():
    ladder = first_default()
    ladder.steps.create(offset_days=10, audience="manager")
    own = make_ladder(make_programme(), -5)

    migration.drop_untouched(apps, None)
    ensure_default_ladders()

    assert Ladder.objects.filter(pk__in=[ladder.pk, own.pk]).count() == 2
    assert ladder.steps.count() == len(migration.FORMER[""]) + 1
