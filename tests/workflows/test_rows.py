"""Objects are made of rows at once, and are what Django makes of them."""

import pytest
from django.db.models import Model
from django.db.models.signals import post_init, pre_init

from rollout.models import Activity, Deadline, Initiative, Milestone
from tests.factories import make_milestone

pytestmark = pytest.mark.django_db


def told(row):
    """Return everything that an object holds."""
    state = row._state
    return vars(row) | {"_state": (state.adding, state.db, state.fields_cache)}


@pytest.mark.parametrize("model", [Activity, Deadline, Initiative, Milestone])
def test_an_object_of_a_row_is_what_django_makes_of_it(model):
    make_milestone()
    names = [field.attname for field in model._meta.concrete_fields]
    row = model.objects.values_list(*names).first()

    made = model.from_db("default", names, row)

    usual = Model.from_db.__func__(model, "default", names, row)
    assert told(made) == told(usual)
    # It tells nobody, so there must be nobody who waits to be told.
    assert not any(one.has_listeners(model) for one in (pre_init, post_init))


def test_what_was_not_read_is_read_when_it_is_asked_for(django_assert_num_queries):
    make_milestone()
    milestone = Milestone.objects.only("due_on").get()

    with django_assert_num_queries(1):
        title, state = milestone.title, milestone.get_deferred_fields()

    assert title == "Lokale er fundet"
    assert "state" in state
