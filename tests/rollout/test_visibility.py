"""Everybody sees what their role gives them in their own programme, and no more."""

from collections.abc import Callable

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser

from rollout.models import (
    Activity,
    Deadline,
    Milestone,
    Partner,
    Programme,
    Role,
    User,
    VisibleQuerySet,
)
from tests.factories import (
    make_activity,
    make_member,
    make_milestone,
    make_partner,
    make_user,
)

pytestmark = pytest.mark.django_db


def models_with_visibility():
    return [
        model
        for model in apps.get_app_config("rollout").get_models()
        if isinstance(model._default_manager.get_queryset(), VisibleQuerySet)
    ]


@pytest.mark.parametrize("role", [Role.MANAGER, Role.COORDINATOR, Role.OBSERVER])
def test_who_runs_or_observes_a_programme_sees_all_of_it_and_nothing_else(role):
    milestone = make_milestone()
    make_milestone()
    member = make_member(milestone.programme, role)

    assert list(Milestone.objects.visible_to(member)) == [milestone]
    assert list(Activity.objects.visible_to(member)) == [milestone.activity]
    assert list(Programme.objects.visible_to(member)) == [milestone.programme]


def test_a_partner_sees_the_frame_and_only_its_own_activities():
    own = make_activity(state="launched")
    programme = own.programme
    partner = make_partner(programme=programme)
    other_partner = make_partner(programme=programme)
    own.contributors.add(partner)
    other = make_activity(programme=programme, responsible_partner=other_partner)
    contact = make_member(programme, Role.PARTNER, partner=partner)

    assert list(Activity.objects.visible_to(contact)) == [own]
    assert set(Partner.objects.visible_to(contact)) == {partner, other_partner}
    assert other not in Activity.objects.visible_to(contact)


def test_a_partner_sees_an_activity_in_which_it_has_a_milestone():
    activity = make_activity(state="launched")
    partner = make_partner(programme=activity.programme)
    milestone = make_milestone(activity=activity, responsible_partner=partner)
    contact = make_member(activity.programme, Role.PARTNER, partner=partner)

    assert list(Activity.objects.visible_to(contact)) == [activity]
    assert list(Milestone.objects.visible_to(contact)) == [milestone]


def test_a_partner_sees_what_falls_due_for_it_and_where_it_contributes():
    shared = make_activity(state="launched")
    programme = shared.programme
    partner, other_partner = (make_partner(programme=programme) for _ in range(2))
    shared.contributors.add(partner)
    elsewhere = make_activity(programme=programme, state="launched")
    own = make_milestone(activity=elsewhere, responsible_partner=partner)
    together = make_milestone(activity=shared)
    others = make_milestone(activity=elsewhere)
    asked = [
        make_member(programme, Role.PARTNER, partner=partner),
        make_member(programme, Role.PARTNER, partner=other_partner),
        make_member(programme),
        make_member(make_milestone().programme, Role.OBSERVER),
    ]

    found = [
        set(Deadline.objects.visible_to(one).values_list("object_id", flat=True))
        & {own.pk, together.pk, others.pk}
        for one in asked
    ]

    assert found == [
        {own.pk, together.pk},
        set(),
        {own.pk, together.pk, others.pk},
        set(),
    ]


@pytest.mark.parametrize("model", models_with_visibility(), ids=lambda m: m.__name__)
@pytest.mark.parametrize("who", ["anonymous", "stranger", "superuser", "inactive"])
def test_nobody_else_sees_anything(model, who):
    milestone = make_milestone()
    make_visitor: dict[str, Callable[[], User | AnonymousUser]] = {
        "anonymous": AnonymousUser,
        "stranger": make_user,
        "superuser": lambda: make_user(is_superuser=True, is_staff=True),
        "inactive": lambda: make_member(milestone.programme, is_active=False),
    }
    visitor = make_visitor[who]()

    assert not model._default_manager.visible_to(visitor).exists()


def test_every_model_of_the_domain_knows_who_may_see_it():
    unseen = {
        model.__name__
        for model in apps.get_app_config("rollout").get_models()
        if not hasattr(model._default_manager.get_queryset(), "visible_to")
    }

    assert unseen == {
        "ActivityTransition",
        "MilestoneTransition",
        "MonitoringRoundTransition",
        # Looked up by the person who sent the request, and by nobody else.
        "KeptAnswer",
    }


def test_people_see_those_with_whom_they_share_a_programme():
    activity = make_activity()
    manager = make_member(activity.programme)
    colleague = make_member(activity.programme, Role.OBSERVER)
    make_member(make_activity().programme)

    assert set(User.objects.visible_to(manager)) == {manager, colleague}
