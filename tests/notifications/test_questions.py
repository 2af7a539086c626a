"""Who can settle what is missing is asked by one mail, and not twice a day."""

from datetime import timedelta

import pytest
import time_machine

from notifications import compose, letters, outbox, questions
from notifications.models import ActionLink, Message
from rollout.models import Activity, Role
from rollout.services import Invalid
from tests.factories import (
    make_activity,
    make_condition,
    make_member,
    make_milestone,
    make_partner,
    make_place,
    make_programme,
)
from tests.notifications.factories import at
from workflows.engine import NotAllowed, perform

NOW = at("2026-04-08", 9)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def programme():
    return make_programme()


@pytest.fixture
def asker(programme):
    return make_member(programme, Role.COORDINATOR, name="Anna Spørger")


@pytest.fixture
def contact(programme):
    partner = make_partner(programme=programme, name="Skolen")
    return make_member(programme, Role.PARTNER, partner=partner, name="Kontakt")


@pytest.fixture
def activity(programme, asker):
    return make_activity(
        programme=programme,
        state=Activity.State.IN_CLARIFICATION,
        responsible=asker,
    )


def wait_for(activity, contact, **fields):
    """Let the launch wait for a milestone that lies with somebody."""
    return make_milestone(
        activity=activity,
        before_launch=True,
        title="Aftale",
        responsible=contact,
        **fields,
    )


def asked(activity, by):
    return [
        (one.to.name, [reason.code for reason in one.reasons])
        for one in questions.questions_about(activity, by=by, at=NOW)
    ]


def ask(activity, by, *, at=NOW, **fields):
    [question] = questions.questions_about(activity, by=by, at=at)
    return questions.ask(
        activity, to=question.to.pk, about=question.about, by=by, at=at, **fields
    )


def test_the_person_behind_a_reason_can_be_asked(activity, asker, contact):
    wait_for(activity, contact)

    assert asked(activity, asker) == [("Kontakt", ["milestone_open"])]


def test_a_partner_s_contact_answers_for_the_partner(activity, asker, contact):
    wait_for(activity, None, responsible_partner=contact.memberships.get().partner)

    assert asked(activity, asker) == [("Kontakt", ["milestone_open"])]


def test_a_stand_in_is_asked_instead(activity, asker, contact, programme):
    contact.stand_in = make_member(programme, Role.OBSERVER, name="Vikar")
    contact.save()
    wait_for(activity, contact)

    assert asked(activity, asker) == [("Vikar", ["milestone_open"])]


def test_where_the_stand_in_has_left_the_person_is_asked(
    activity, asker, contact, programme
):
    contact.stand_in = make_member(programme, Role.OBSERVER, is_active=False)
    contact.save()
    wait_for(activity, contact)

    assert asked(activity, asker) == [("Kontakt", ["milestone_open"])]


def test_the_manager_is_asked_for_what_only_a_manager_can_do(programme, asker):
    make_member(programme, name="Mette Leder")
    proposal = make_activity(programme=programme, is_proposal=True)

    assert asked(proposal, asker) == [
        ("Mette Leder", ["proposal_unconfirmed"]),
        ("Mette Leder", ["responsible_missing"]),
    ]


def test_one_person_is_asked_one_thing_for_all_aspects_of_readiness(
    programme, asker, contact
):
    activity = make_activity(
        state=Activity.State.IN_CLARIFICATION,
        place=make_place(programme=programme, requires_readiness=True),
        responsible=contact,
    )

    codes = ["readiness_planning", "readiness_framework", "readiness_parties"]
    assert asked(activity, asker) == [("Kontakt", codes)]


def test_nobody_is_asked_for_what_lies_outside_or_with_the_asker(activity, asker):
    make_condition(activity=activity)
    wait_for(activity, asker)

    assert asked(activity, asker) == []


def test_who_has_left_or_cannot_be_reached_is_not_asked(activity, asker, contact):
    wait_for(activity, contact)
    contact.is_active = False
    contact.save()

    assert asked(activity, asker) == []


# --- the mail -------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_question_goes_out_once_and_the_answer_to_the_asker(
    activity, asker, contact, sink
):
    wait_for(activity, contact)

    message = ask(activity, asker, note="Kan I nå det?")
    outbox.deliver(now=NOW)

    [mail] = sink.received
    assert mail.recipients == [contact.email]
    assert asker.email in str(mail.message["Reply-To"])
    assert "Anna Spørger" in str(mail.message["From"])
    text = Message.objects.get(pk=message.pk).text
    assert "Milepælen “Aftale” er åben" in text
    assert "Kan I nå det?" in text


def test_the_mail_is_in_the_reader_s_language(activity, asker, contact):
    contact.language = "en"
    contact.save()
    wait_for(activity, contact)
    message = ask(activity, asker)

    letter = letters.write(message, [], now=NOW)

    assert letter.subject.startswith("Can you help with")
    assert "The milestone “Aftale” is open" in letter.text


def test_a_milestone_can_be_answered_by_the_link(activity, asker, contact):
    milestone = wait_for(activity, contact)
    message = ask(activity, asker)

    letter = letters.write(message, [], now=NOW)

    link = ActionLink.objects.get()
    assert (link.object_id, link.recipient) == (milestone.pk, contact)
    assert "/answer/" in letter.text


def test_the_same_question_is_not_sent_twice_a_day(activity, asker, contact):
    wait_for(activity, contact)
    other = make_member(activity.programme, name="Mette Leder")
    ask(activity, asker)

    with pytest.raises(Invalid, match="Anna Spørger"):
        ask(activity, other)

    assert ask(activity, other, at=NOW + timedelta(days=1)).recipient == contact


def test_what_was_settled_before_the_mail_left_is_not_asked(activity, asker, contact):
    milestone = wait_for(activity, contact)
    message = ask(activity, asker)
    perform(milestone, "finish", by=contact, at=NOW)

    [judged] = compose.still_wanted([message], now=NOW).values()

    assert judged.why == "no longer true"


def test_what_is_settled_cannot_be_asked(activity, asker, contact):
    milestone = wait_for(activity, contact)
    [question] = questions.questions_about(activity, by=asker, at=NOW)
    perform(milestone, "finish", by=contact, at=NOW)

    with pytest.raises(Invalid):
        questions.ask(
            activity, to=question.to.pk, about=question.about, by=asker, at=NOW
        )


@pytest.mark.parametrize("role", [Role.PARTNER, Role.OBSERVER])
def test_only_who_runs_the_programme_asks(activity, contact, role):
    wait_for(activity, contact)

    with pytest.raises(NotAllowed):
        ask(activity, make_member(activity.programme, role))


# --- the part of the page -------------------------------------------------------------


def open_page(client, activity, user, **options):
    client.force_login(user)
    return client.get(f"/activities/{activity.pk}/questions/", **options)


def press(client, activity, user):
    page = open_page(client, activity, user)
    [one] = page.context["questions"]
    prefix = one["form"].prefix
    data = {
        "form": prefix,
        f"{prefix}-to": one["question"].to.pk,
        f"{prefix}-about": one["question"].about,
        f"{prefix}-note": "",
    }
    return client.post(f"/activities/{activity.pk}/questions/", data, follow=True)


def test_the_part_shows_the_mail_before_it_is_sent(client, activity, asker, contact):
    wait_for(activity, contact)

    html = open_page(
        client, activity, asker, headers={"HX-Request": "true"}
    ).content.decode()

    assert "Spørg Kontakt" in html
    assert "Milepælen “Aftale” er åben" in html
    assert "<html" not in html
    assert not Message.objects.exists()


def test_without_javascript_it_is_a_page(client, activity, asker, contact):
    wait_for(activity, contact)

    assert "<html" in open_page(client, activity, asker).content.decode()


def test_the_activity_s_page_loads_the_part_only_where_something_is_missing(
    client, activity, asker, contact
):
    client.force_login(asker)
    address = f"/activities/{activity.pk}/questions/"
    before = client.get(activity.get_absolute_url()).content.decode()
    wait_for(activity, contact)
    after = client.get(activity.get_absolute_url()).content.decode()

    assert f'hx-get="{address}"' not in before
    assert f'hx-get="{address}"' in after


def test_pressing_the_button_asks_and_says_so(client, activity, asker, contact):
    wait_for(activity, contact)

    html = press(client, activity, asker).content.decode()
    again = press(client, activity, asker).content.decode()

    assert "Kontakt bliver spurgt på mail" in html
    assert "Kontakt er allerede blevet spurgt i dag af Anna Spørger" in again
    assert Message.objects.filter(kind="question").count() == 1


def test_a_form_that_was_tampered_with_sends_nothing(client, activity, asker, contact):
    wait_for(activity, contact)
    client.force_login(asker)

    client.post(f"/activities/{activity.pk}/questions/", {"form": "x", "x-to": "1"})

    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("role", "status"), [(Role.OBSERVER, 403), (Role.PARTNER, 404)]
)
def test_others_have_no_such_part(client, activity, contact, role, status):
    wait_for(activity, contact)
    user = make_member(activity.programme, role)

    assert open_page(client, activity, user).status_code == status
