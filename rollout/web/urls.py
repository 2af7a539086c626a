"""Addresses of the pages, and of what their forms post to."""

from django.urls import path
from django.views.i18n import set_language

from rollout.web.views import (
    activity,
    board,
    bulk,
    evaluation,
    live,
    milestone,
    overview,
    partner,
    person,
    place,
    plan,
    resume,
    search,
    settings,
    timeline,
    work,
)
from rollout.web.views.settings import milestones

app_name = "rollout"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("timeline/", timeline.timeline, name="timeline"),
    path("timeline/shift/", timeline.shift, name="timeline_shift"),
    path("start/", work.start, name="start"),
    path("resume/", resume.resume, name="resume"),
    path("my-work/", work.my_work, name="my_work"),
    path("my-work/milestones/<int:pk>/", work.finish, name="finish"),
    path("my-work/requests/<int:pk>/", work.deliver, name="deliver"),
    path("my-work/values/<int:pk>/", work.approve, name="approve_value"),
    path("bulk/", bulk.bulk, name="bulk"),
    path("plan/", plan.plan, name="plan"),
    path("plan/areas/<int:pk>/", plan.focus_area, name="focus_area"),
    path("plan/areas/<int:pk>/versions/", plan.new_version, name="new_version"),
    path(
        "plan/documents/<int:pk>/",
        plan.document,
        name="sub_agreement_document",
    ),
    path("places/", place.places, name="places"),
    path("places/<int:pk>/", place.place, name="place"),
    path("partners/", partner.partners, name="partners"),
    path("partners/<int:pk>/", partner.partner, name="partner"),
    path("people/<int:pk>/", person.person, name="person"),
    path("board/", board.board, name="board"),
    path("board/<int:pk>/", board.move, name="move"),
    path("search/", search.search, name="search"),
    path("search/options/", search.options, name="search_options"),
    path("search/saved/", search.save_view, name="save_view"),
    path("search/saved/<int:pk>/removal/", search.forget_view, name="forget_view"),
    path("live/programmes/<int:pk>/", live.programme, name="live"),
    path("live/activities/<int:pk>/", live.activity, name="live_activity"),
    path("language/", set_language, name="language"),
    path("activities/<int:pk>/", activity.activity, name="activity"),
    path(
        "activities/<int:pk>/transitions/<str:name>/",
        activity.transition,
        name="transition",
    ),
    path("activities/<int:pk>/proposal/", activity.proposal, name="proposal"),
    path("activities/<int:pk>/responsible/", activity.responsible, name="responsible"),
    path(
        "activities/<int:pk>/planned-launch/",
        activity.planned_launch,
        name="planned_launch",
    ),
    path(
        "activities/<int:pk>/readiness/<str:aspect>/",
        activity.readiness,
        name="readiness",
    ),
    path(
        "activities/<int:pk>/conditions/<int:condition_pk>/",
        activity.condition,
        name="condition",
    ),
    path("activities/<int:pk>/milestones/", milestone.milestones, name="milestones"),
    path(
        "activities/<int:pk>/milestones/<int:milestone_pk>/<str:name>/",
        milestone.milestone,
        name="milestone",
    ),
    path("activities/<int:pk>/evaluation/", evaluation.evaluation, name="evaluation"),
    path(
        "activities/<int:pk>/evaluation/<int:evaluation_pk>/approval/",
        evaluation.approval,
        name="approval",
    ),
    path("settings/", settings.settings, name="settings"),
    path("settings/milestones/", milestones.templates, name="settings_milestones"),
    path(
        "settings/milestones/new/",
        milestones.new_template,
        name="settings_milestone_new",
    ),
    path(
        "settings/milestones/<int:pk>/",
        milestones.template,
        name="settings_milestone",
    ),
    path(
        "settings/milestones/<int:pk>/removal/",
        milestones.remove_template,
        name="settings_milestone_removal",
    ),
]
