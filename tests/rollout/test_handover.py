"""All that lies with a leaver goes to one other person, and is written down."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction
from django.utils import translation

from rollout import services
from rollout.models import (
    Activity,
    HandOver,
    Membership,
    MonitoringRound,
    Role,
)
from rollout.services import Invalid, Leaving
from tests.factories import (
    NOON,
    make_activity,
    make_indicator,
    make_member,
    make_milestone,
    make_partner,
    make_programme,
    make_request,
    make_round,
    make_user,
)
from workflows.engine import NotAllowed, perform

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme():
    return make_programme()


@pytest.fixture
def manager(programme):
    return make_member(programme, name="Mette Leder")


@pytest.fixture
def leaver(programme):
    return make_member(programme, Role.COORDINATOR, name="Lars Forlader")


@pytest.fixture
def successor(programme):
    return make_member(programme, Role.OBSERVER, name="Sara Efterfølger")


def hand_over(programme, leaver, successor, by, *, seen=None, **fields):
    asked = Leaving(programme, leaver, successor, **fields)
    return services.hand_over(asked, by=by, at=NOON, seen=seen)


def give_everything(programme, person):
    """Let one of each kind lie with a person; return them."""
    activity = make_activity(
        programme=programme, state=Activity.State.LAUNCHED, responsible=person
    )
    indicator = make_indicator()
    asked = make_round(
        programme=programme,
        state=MonitoringRound.State.AGREED,
        responsible=person,
    )
    partner = make_partner(programme=programme, lead=person)
    colleague = make_member(programme, Role.OBSERVER)
    colleague.stand_in = person
    colleague.save()
    return {
        "activity": activity,
        "milestone": make_milestone(activity=activity, responsible=person),
        "round": asked,
        "request": make_request(round=asked, indicator=indicator, responsible=person),
        "lead": partner,
        "stand_in": colleague,
    }


def test_everything_moves_in_one_step(programme, manager, leaver, successor):
    given = give_everything(programme, leaver)

    made = hand_over(programme, leaver, successor, manager)

    for one in given.values():
        one.refresh_from_db()
    assert given["activity"].responsible == successor
    assert given["milestone"].responsible == successor
    assert given["round"].responsible == successor
    assert given["request"].responsible == successor
    assert given["lead"].lead == successor
    assert given["stand_in"].stand_in == successor
    assert {item.kind for item in made.items.all()} == {*given, "role"}


def test_it_is_written_down_who_decided_what_and_when(
    programme, manager, leaver, successor
):
    activity = make_activity(programme=programme, responsible=leaver)

    made = hand_over(programme, leaver, successor, manager, note="Nyt job")

    assert (made.from_person, made.to_person, made.by) == (leaver, successor, manager)
    assert (made.at, made.note) == (NOON, "Nyt job")
    assert [item.title for item in made.items.filter(kind="activity")] == [
        str(activity)
    ]
    with pytest.raises(DatabaseError):
        HandOver.objects.filter(pk=made.pk).update(note="Et andet")


def test_what_is_over_stays_where_it_was(programme, manager, leaver, successor):
    activity = make_activity(programme=programme, state=Activity.State.LAUNCHED)
    done = make_milestone(activity=activity, responsible=leaver)
    perform(done, "finish", by=leaver, at=NOON)
    ended = make_activity(
        programme=programme, state=Activity.State.DISCONTINUED, responsible=leaver
    )
    approved = make_round(
        programme=programme,
        state=MonitoringRound.State.APPROVED,
        responsible=leaver,
    )

    hand_over(programme, leaver, successor, manager)

    for one in (done, ended, approved):
        one.refresh_from_db()
        assert one.responsible == leaver


def test_other_programmes_are_left_alone(programme, manager, leaver, successor):
    elsewhere = make_activity(responsible=leaver)
    Membership.objects.create(
        user=leaver, programme=elsewhere.programme, role=Role.COORDINATOR
    )

    hand_over(programme, leaver, successor, manager)

    elsewhere.refresh_from_db()
    assert elsewhere.responsible == leaver
    assert leaver.memberships.get().programme == elsewhere.programme


def test_the_partner_that_promised_it_stays(programme, manager, leaver, successor):
    school = make_partner(programme=programme)
    milestone = make_milestone(
        activity=make_activity(programme=programme),
        responsible=leaver,
        responsible_partner=school,
    )

    hand_over(programme, leaver, successor, manager)

    milestone.refresh_from_db()
    assert milestone.responsible_partner == school


@pytest.mark.parametrize(
    ("left", "own", "kept"),
    [
        (Role.COORDINATOR, Role.OBSERVER, Role.COORDINATOR),
        (Role.PARTNER, Role.MANAGER, Role.MANAGER),
        (Role.PARTNER, Role.OBSERVER, Role.PARTNER),
    ],
)
def test_who_takes_over_keeps_the_higher_role(programme, manager, left, own, kept):
    leaver = make_member(programme, left)
    successor = make_member(programme, own)

    hand_over(programme, leaver, successor, manager)

    assert successor.memberships.get().role == kept
    assert not leaver.memberships.exists()


@pytest.mark.parametrize("takes_part", [True, False])
def test_a_role_that_was_handed_over_is_not_taken_back_at_the_next_login(
    programme, manager, takes_part
):
    leaver, successor = make_user(), make_user()
    follow(leaver, programme, Role.MANAGER)
    if takes_part:
        follow(successor, programme, Role.OBSERVER)
    hand_over(programme, leaver, successor, manager)

    follow(successor, programme, Role.OBSERVER)

    assert successor.memberships.get().role == Role.MANAGER


def follow(person, programme, role):
    """Let somebody log in whom the login provider grants a role."""
    granted = services.GrantedRole(programme.code, role)
    services.follow_claims(person, provider="kommune", grants=[granted], at=NOON)


def test_the_role_can_stay(programme, manager, leaver, successor):
    made = hand_over(programme, leaver, successor, manager, with_role=False)

    assert leaver.memberships.get().role == Role.COORDINATOR
    assert successor.memberships.get().role == Role.OBSERVER
    assert not made.items.filter(kind="role").exists()


def test_the_account_can_be_closed_in_the_same_step(
    programme, manager, leaver, successor
):
    made = hand_over(programme, leaver, successor, manager, deactivate=True)

    leaver.refresh_from_db()
    assert (leaver.is_active, made.deactivated) == (False, True)


def test_an_account_in_use_elsewhere_is_not_closed(
    programme, manager, leaver, successor
):
    Membership.objects.create(
        user=leaver, programme=make_programme(), role=Role.OBSERVER
    )

    with pytest.raises(Invalid):
        hand_over(programme, leaver, successor, manager, deactivate=True)

    leaver.refresh_from_db()
    assert leaver.is_active
    assert not HandOver.objects.exists()


def test_nobody_closes_their_own_account(programme, manager, successor):
    with pytest.raises(Invalid):
        hand_over(programme, manager, successor, manager, deactivate=True)


def test_nobody_takes_over_from_themselves(programme, manager, leaver):
    with pytest.raises(Invalid):
        hand_over(programme, leaver, leaver, manager)


def test_who_stands_in_for_the_leaver_s_successor_does_not_become_their_own(
    programme, manager, leaver, successor
):
    successor.stand_in = leaver
    successor.save()

    hand_over(programme, leaver, successor, manager)

    successor.refresh_from_db()
    assert successor.stand_in is None


def test_what_came_to_lie_with_the_leaver_meanwhile_stops_it(
    programme, manager, leaver, successor
):
    make_activity(programme=programme, responsible=leaver)
    seen = services.seal_of(services.held_by(leaver, programme, with_role=True))
    late = make_activity(programme=programme, responsible=leaver)

    with pytest.raises(Invalid, match=r"changed|ændret"):
        hand_over(programme, leaver, successor, manager, seen=seen)

    late.refresh_from_db()
    assert late.responsible == leaver


@pytest.mark.django_db(transaction=True)
def test_what_is_being_handed_over_is_given_to_nobody_else_meanwhile(
    programme, manager, leaver, successor
):
    activity = make_activity(programme=programme, responsible=leaver)
    refusals = []

    def give_to_another():
        rows = Activity.objects.select_for_update(of=("self",), nowait=True)
        try:
            with transaction.atomic():
                rows.get(pk=activity.pk)
        finally:
            connection.close()

    def watch(execute, sql, *others):
        if sql.startswith('INSERT INTO "rollout_handover"'):
            with ThreadPoolExecutor(1) as other:
                refusals.append(other.submit(give_to_another).exception())
        return execute(sql, *others)

    with connection.execute_wrapper(watch):
        hand_over(programme, leaver, successor, manager)

    assert [type(one) for one in refusals] == [OperationalError]


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.PARTNER, Role.OBSERVER])
def test_only_a_manager_of_the_programme_hands_over(programme, leaver, successor, role):
    with pytest.raises(NotAllowed):
        hand_over(programme, leaver, successor, make_member(programme, role))
    with pytest.raises(NotAllowed):
        hand_over(programme, leaver, successor, make_member(make_programme()))


# --- the pages ------------------------------------------------------------------------


def address(programme, leaver):
    return f"/people/{leaver.pk}/hand-over/?programme={programme.code}"


def fill_in(client, programme, leaver, successor, **fields):
    page = client.get(address(programme, leaver))
    data = {
        "to_person": successor.pk,
        "with_role": "on",
        "seen": page.context["seen"],
    } | fields
    return client.post(address(programme, leaver), data, follow=True)


def test_the_page_lists_what_moves_and_the_record_tells_of_it(
    client, programme, manager, leaver, successor
):
    activity = make_activity(programme=programme, responsible=leaver)
    client.force_login(manager)

    before = client.get(address(programme, leaver)).content.decode()
    after = fill_in(client, programme, leaver, successor, note="Nyt job")

    html = after.content.decode()
    assert str(activity) in before
    assert "Overdraget fra Lars Forlader til Sara Efterfølger" in html
    assert str(activity) in html
    assert "Mette Leder" in html
    assert "Nyt job" in html


def test_looking_hands_nothing_over(client, programme, manager, leaver):
    make_activity(programme=programme, responsible=leaver)
    client.force_login(manager)

    client.get(address(programme, leaver))

    assert Activity.objects.filter(responsible=leaver).exists()


def test_the_page_says_when_something_changed_meanwhile(
    client, programme, manager, leaver, successor
):
    client.force_login(manager)

    answer = fill_in(client, programme, leaver, successor, seen="old")

    assert answer.status_code == 422
    assert "Noget er ændret i mellemtiden" in answer.content.decode()
    assert not HandOver.objects.exists()


def test_a_coordinator_gets_no_page(client, programme, leaver):
    client.force_login(make_member(programme, Role.COORDINATOR))

    assert client.get(address(programme, leaver)).status_code == 403


def test_a_manager_of_another_programme_finds_nobody(client, programme, leaver):
    client.force_login(make_member(make_programme()))

    assert client.get(f"/people/{leaver.pk}/hand-over/").status_code == 404


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.COORDINATOR, 200), (Role.OBSERVER, 200), (Role.PARTNER, 404)],
)
def test_who_reads_the_programme_can_read_the_record(
    client, programme, manager, leaver, successor, role, status
):
    made = hand_over(programme, leaver, successor, manager)
    client.force_login(make_member(programme, role))

    assert client.get(made.get_absolute_url()).status_code == status


@pytest.mark.parametrize(
    ("language", "words"), [("da", "koordinator"), ("en", "coordinator")]
)
def test_the_role_is_told_in_the_readers_language(
    programme, manager, leaver, successor, language, words
):
    made = hand_over(programme, leaver, successor, manager, with_role=True)

    with translation.override(language):
        assert [one.words for one in made.items.filter(kind="role")] == [words]


def test_the_leaver_s_page_offers_it_to_managers_and_tells_of_it(
    client, programme, manager, leaver, successor
):
    client.force_login(manager)
    page = client.get(leaver.get_absolute_url()).content.decode()
    made = hand_over(programme, leaver, successor, manager)
    later = client.get(successor.get_absolute_url()).content.decode()

    assert address(programme, leaver) in page
    assert made.get_absolute_url() in later
