"""Every address of the URLconf, and how to fill in what it leaves open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.urls import get_resolver

#: What fills the places of an address: the keys of `world.make_world`, or a word
#: after `=`, with the routes that are filled so. A route that stands nowhere fails.
FILLED = {
    "activity": """rollout:move rollout:live_activity rollout:activity rollout:proposal
        rollout:responsible rollout:planned_launch rollout:details rollout:milestones
        rollout:history rollout:evaluation rollout:attendance rollout:new_attendance
        notifications:activity_reminders notifications:questions
        notifications:what_if_launch""",
    "activity =launch": """rollout:transition rollout:preview
        notifications:what_if_transition""",
    "activity =planning": "rollout:readiness rollout:evidence",
    "activity condition": "rollout:condition",
    "activity evaluation": "rollout:approval rollout:addendum",
    "activity milestone": "rollout:change_milestone rollout:reorder_milestone",
    "activity milestone =finish": "rollout:milestone",
    "milestone": "rollout:finish notifications:what_if_milestone",
    "request": "rollout:deliver rollout:request",
    "value": """rollout:approve_value rollout:value rollout:approve_delivered
        rollout:return_value rollout:correct_value rollout:attach
        rollout:value_evidence""",
    "objective": "rollout:objective rollout:new_indicator",
    "indicator": "rollout:indicator rollout:new_target",
    "target": "rollout:remove_target",
    "reporting_period": "rollout:remove_reporting_period",
    "late": "rollout:end_late",
    "round": """rollout:round rollout:change_round
        notifications:what_if_round""",
    "round =submit": "rollout:move_round",
    "attendance": "rollout:change_attendance rollout:remove_attendance",
    "contribution": "rollout:contribution rollout:change_contribution",
    "grant": "rollout:grant rollout:widen",
    "area": "rollout:focus_area rollout:new_version",
    "document": "rollout:sub_agreement_document",
    "programme": """rollout:upload_plan rollout:export_plan rollout:live
        rollout:apply_plan rollout:discard_plan rollout:new_report""",
    "job": "rollout:job",
    "report": """rollout:report rollout:edit_report rollout:freeze_report
        rollout:discard_report""",
    "report =html": "rollout:report_file",
    "phase": "rollout:write_lesson",
    "place": "rollout:place",
    "partner": "rollout:partner notifications:partner_reminders",
    "person": "rollout:person rollout:leave",
    "hand_over": "rollout:hand_over",
    "view": "rollout:forget_view",
    "member": "rollout:settings_member rollout:settings_member_end",
    "login": "rollout:end_login",
    "token": "rollout:revoke_token",
    "account": "rollout:service_account rollout:close_service_account",
    "account account_token": "rollout:revoke_service_token",
    "=occasions": "rollout:settings_year_new",
    "=occasions occasion": """rollout:settings_year_entry
        rollout:settings_year_removal""",
    "template": "rollout:settings_milestone rollout:settings_milestone_removal",
    "=milestone": """notifications:settings_ladder
        notifications:settings_ladder_removal""",
    "period": "notifications:settings_period notifications:settings_period_removal",
    "address": "notifications:lift_address",
    "message": "notifications:message notifications:again",
    "calendar": "notifications:calendar",
    "feed": "notifications:revoke_calendar",
    "webhook": """notifications:webhook notifications:webhook_key
        notifications:webhook_switch notifications:webhook_test
        notifications:webhook_remove""",
    "webhook call": "notifications:call_again",
    "mailing": "notifications:subscription",
    "link": "notifications:open_link",
    "answer": "notifications:evidence notifications:decide_answer",
    "=0": "mfa_remove_webauthn mfa_edit_webauthn",
    "=nothing": "notifications:action account_confirm_email",
    "=x =nothing": "account_reset_password_from_key",
    "=kommune": """openid_connect_login openid_connect_callback saml_login saml_acs
        saml_finish_acs saml_metadata saml_sls""",
}
PAGES = {name: keys.split() for keys, names in FILLED.items() for name in names.split()}

_HOLE = re.compile(r"<[^>]+>|\(\?P<\w+>(?:[^()]|\([^()]*\))*\)")
#: Where a pattern begins and ends.
_ENDS = re.compile(r"[$^]|\\Z")


def routes(resolver: Any = None, prefix: str = "", space: str = "") -> Iterator[Any]:
    """Yield the pattern and the name of every route."""
    for one in (resolver or get_resolver()).url_patterns:
        pattern = prefix + str(one.pattern)
        if hasattr(one, "url_patterns"):
            namespace = getattr(one, "namespace", None)
            inner = f"{space}{namespace}:" if namespace else space
            yield from routes(one, pattern, inner)
        else:
            yield pattern, f"{space}{one.name or ''}"


def shown(pattern: str) -> str:
    """Return the pattern as the table shows it."""
    return "/" + _ENDS.sub("", _HOLE.sub("…", pattern))


def holes(pattern: str) -> int:
    """Return how many places of an address are to be filled in."""
    return len(_HOLE.findall(pattern))


def filled(pattern: str, name: str, keys: dict[str, Any]) -> str:
    """Return an address of the route. Raises LookupError for a route nobody knows."""
    if pattern.startswith("api/v1/"):
        values = _of_api(pattern, keys)
    elif pattern.startswith("admin/"):
        values = _of_admin(name)
    else:
        values = [
            one[1:] if one.startswith("=") else keys[one] for one in PAGES.get(name, ())
        ]
    if len(values) < holes(pattern):
        raise LookupError(f"Say in tests/security/routes.py what fills {pattern}")
    found = iter(values)
    address = _HOLE.sub(lambda _hole: str(next(found)), pattern)
    return "/" + _ENDS.sub("", address)


def _of_api(pattern: str, keys: dict[str, Any]) -> list[Any]:
    resource = pattern.split("/")[2]
    if resource == "webhooks":
        return [keys["webhook"], keys["call"]]
    return [keys["api"].get(resource, "nowhere")]


def _of_admin(name: str) -> list[Any]:
    """Return the key of the first row of the model that a page of the admin shows."""
    name = name.replace("auth_user", "rollout_user")
    parts = name.removeprefix("admin:").split("_")
    try:
        model = apps.get_model(parts[0], parts[1])
    except (LookupError, IndexError):
        return ["rollout", 1]
    row = model._default_manager.first()
    return [row.pk if row else 0]
