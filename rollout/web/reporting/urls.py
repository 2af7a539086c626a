"""Addresses of the pages on which monitoring is run."""

from django.urls import path

from rollout.web.views.reporting import (
    imports,
    indicators,
    ledgers,
    rounds,
    values,
)

urlpatterns = [
    path("monitoring/rounds/", rounds.rounds, name="rounds"),
    path("monitoring/rounds/new/", rounds.new_round, name="new_round"),
    path("monitoring/rounds/copy/", rounds.copy_rounds, name="copy_rounds"),
    path("monitoring/rounds/<int:pk>/", rounds.round_, name="round"),
    path(
        "monitoring/rounds/<int:pk>/change/", rounds.change_round, name="change_round"
    ),
    path(
        "monitoring/rounds/<int:pk>/transitions/<str:name>/",
        rounds.move_round,
        name="move_round",
    ),
    path("monitoring/requests/<int:pk>/", values.request_page, name="request"),
    path("monitoring/values/<int:pk>/", values.value, name="value"),
    path(
        "monitoring/values/<int:pk>/approval/",
        values.approve_delivered,
        name="approve_delivered",
    ),
    path(
        "monitoring/values/<int:pk>/return/", values.return_value, name="return_value"
    ),
    path(
        "monitoring/values/<int:pk>/correction/",
        values.correct_value,
        name="correct_value",
    ),
    path("monitoring/values/<int:pk>/attach/", values.attach, name="attach"),
    path(
        "monitoring/values/<int:pk>/evidence/",
        values.value_evidence,
        name="value_evidence",
    ),
    path("monitoring/indicators/", indicators.indicators, name="indicators"),
    path("monitoring/indicators/<int:pk>/", indicators.indicator, name="indicator"),
    path(
        "monitoring/indicators/<int:pk>/targets/new/",
        indicators.new_target,
        name="new_target",
    ),
    path(
        "monitoring/objectives/<int:objective_pk>/indicators/new/",
        indicators.new_indicator,
        name="new_indicator",
    ),
    path(
        "monitoring/targets/<int:pk>/removal/",
        indicators.remove_target,
        name="remove_target",
    ),
    path("monitoring/periods/", indicators.reporting_periods, name="reporting_periods"),
    path(
        "monitoring/periods/<int:pk>/removal/",
        indicators.remove_reporting_period,
        name="remove_reporting_period",
    ),
    path("monitoring/import/", imports.imports, name="imports"),
    path(
        "monitoring/import/template/", imports.values_template, name="values_template"
    ),
    path("monitoring/values/", imports.values_export, name="values_export"),
    path("monitoring/locks/", values.locks, name="locks"),
    path("monitoring/locks/late/", values.allow_late, name="allow_late"),
    path("monitoring/locks/late/<int:pk>/removal/", values.end_late, name="end_late"),
    path("activities/<int:pk>/attendance/", ledgers.attendance, name="attendance"),
    path(
        "activities/<int:pk>/attendance/new/",
        ledgers.new_attendance,
        name="new_attendance",
    ),
    path(
        "monitoring/attendance/<int:pk>/",
        ledgers.change_attendance,
        name="change_attendance",
    ),
    path(
        "monitoring/attendance/<int:pk>/removal/",
        ledgers.remove_attendance,
        name="remove_attendance",
    ),
    path("monitoring/contributions/", ledgers.contributions, name="contributions"),
    path(
        "monitoring/contributions/new/",
        ledgers.new_contribution,
        name="new_contribution",
    ),
    path(
        "monitoring/contributions/<int:pk>/", ledgers.contribution, name="contribution"
    ),
    path(
        "monitoring/contributions/<int:pk>/change/",
        ledgers.change_contribution,
        name="change_contribution",
    ),
    path("monitoring/grants/", ledgers.grants, name="grants"),
    path("monitoring/grants/new/", ledgers.new_grant, name="new_grant"),
    path("monitoring/grants/<int:pk>/", ledgers.grant, name="grant"),
    path("monitoring/grants/<int:pk>/widen/", ledgers.widen, name="widen"),
]
