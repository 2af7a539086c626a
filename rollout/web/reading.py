"""What the activity's page reads, in as many queries whatever the activity holds."""

from __future__ import annotations

from django.db.models import F, Prefetch, QuerySet

from rollout.models import (
    Activity,
    DataRequest,
    Evaluation,
    Grant,
    Milestone,
    Programme,
    User,
)


def activities_in_full() -> QuerySet[Activity]:
    """Return activities with all that their page and their guards read."""
    people = ("responsible", "responsible_partner")
    before: QuerySet[Milestone] = Milestone.objects.select_related("activity", *people)
    milestones: QuerySet[Milestone] = Milestone.objects.select_related(*people)
    milestones = milestones.prefetch_related(Prefetch("predecessors", before))
    return Activity.objects.select_related(
        "initiative__focus_area",
        "initiative__parent",
        "place__parent",
        "programme",
        "phase",
        *people,
    ).prefetch_related(
        "readiness__by",
        "conditions",
        "contributors",
        "history__by",
        "initiative__parent__activities__responsible_partner",
        "initiative__parent__activities__responsible",
        Prefetch("milestones", milestones),
        Prefetch(
            "evaluations",
            Evaluation.objects.select_related(
                "written_by", "approved_by", "round", "activity"
            ).prefetch_related("addenda__by"),
        ),
    )


def people_of(programme: Programme, user: User) -> QuerySet[User]:
    """Return the active people of a programme, with their partners."""
    people: QuerySet[User] = User.objects.visible_to(user)
    return (
        people.filter(
            memberships__programme=programme, is_active=True, is_service=False
        )
        .annotate(partner_name=F("memberships__partner__name"))
        .order_by("name")
    )


def requests_about(activity: Activity, user: User) -> QuerySet[DataRequest]:
    """Return the values asked for about the activity that this person may see."""
    return (
        DataRequest.objects.visible_to(user)
        .concerning(activity)
        .select_related(
            "round__programme",
            "indicator",
            "place",
            "partner",
            "responsible",
            "answering__measurement__indicator__objective__focus_area__programme",
        )
        .order_by("due_on", "pk")
    )


def grants_of(activity: Activity, user: User) -> QuerySet[Grant]:
    """Return the grants of the activity that this person may see."""
    return (
        Grant.objects.visible_to(user).filter(activities=activity).order_by("ends_on")
    )
