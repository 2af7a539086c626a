"""What drf-spectacular is told of the API: its settings are a list of names."""

from typing import Any

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Rollout",
    "DESCRIPTION": (
        "How far a rollout is, where each activity can go, and what stands in its way."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "AUTHENTICATION_WHITELIST": ["rollout.api.authentication.TokenAuthentication"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "rollout.api.schema.complete",
    ],
    # Names in generated clients; without them they change when a field is added.
    "ENUM_NAME_OVERRIDES": {
        "ActivityState": "rollout.models.ActivityState",
        "Aspect": "rollout.models.Aspect",
        "ChangeOperation": "rollout.changes.Operation",
        "ChangeResource": "rollout.api.serializers.changes.RESOURCE_NAMES",
        "Conclusion": "rollout.models.Conclusion",
        "ContributionKind": "rollout.models.ContributionKind",
        "ConditionOutcome": "rollout.models.Outcome",
        "DeliveryState": "notifications.models.DeliveryState",
        "Direction": "rollout.models.Direction",
        "HistoryKind": "rollout.models.HistoryKind",
        "MeasurementStatus": "rollout.models.MeasurementStatus",
        "PartnerKind": "rollout.models.PartnerKind",
        "Recurrence": "rollout.models.Recurrence",
        "Rhythm": "rollout.models.Rhythm",
        "Role": "rollout.models.Role",
        "RoundKind": "rollout.models.RoundKind",
        "RoundState": "rollout.models.RoundState",
        "ConditionEffect": "rollout.models.Effect",
        "ConditionKind": "rollout.models.ConditionKind",
        "DeadlineHold": "rollout.models.Hold",
        "DeadlineKind": "rollout.models.DeadlineKind",
        "LedgerState": "notifications.models.LedgerState",
        "LinkUseKind": "notifications.models.Use",
        "MailKind": "notifications.models.MessageKind",
        "MilestoneState": "rollout.models.MilestoneState",
        "Nature": "rollout.models.Nature",
        "PlaceKind": "rollout.models.PlaceKind",
        "ReminderKind": "rollout.models.REMINDED",
        "ReminderReason": "notifications.models.WhyRecipient",
        "WebhookEvent": "notifications.api.webhook_serializers.EVENT_TYPE_NAMES",
        "WebhookOffReason": "notifications.models.OffReason",
        "TokenScope": "rollout.models.TokenScope",
        "TransitionName": "rollout.api.serializers.transitions.TRANSITIONS",
        "MilestoneEffect": "rollout.api.serializers.effects.Effect",
        "MilestoneTransitionName": (
            "rollout.api.serializers.transitions.MILESTONE_TRANSITIONS"
        ),
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
