"""Every address of the URLconf, and how to fill in what it leaves open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.urls import get_resolver

#: What fills the places of an address, by the name of its route.
PAGES: dict[str, tuple[str, ...]] = {
    "rollout:finish": ("milestone",),
    "rollout:deliver": ("request",),
    "rollout:approve_value": ("value",),
    "rollout:objective": ("objective",),
    "rollout:focus_area": ("area",),
    "rollout:new_version": ("area",),
    "rollout:sub_agreement_document": ("document",),
    "rollout:upload_plan": ("programme",),
    "rollout:apply_plan": ("upload",),
    "rollout:discard_plan": ("upload",),
    "rollout:export_plan": ("programme",),
    "rollout:place": ("place",),
    "rollout:partner": ("partner",),
    "rollout:person": ("person",),
    "rollout:leave": ("person",),
    "rollout:hand_over": ("hand_over",),
    "rollout:move": ("activity",),
    "rollout:forget_view": ("view",),
    "rollout:live": ("programme",),
    "rollout:live_activity": ("activity",),
    "rollout:activity": ("activity",),
    "rollout:transition": ("activity", "=launch"),
    "rollout:preview": ("activity", "=launch"),
    "rollout:proposal": ("activity",),
    "rollout:responsible": ("activity",),
    "rollout:planned_launch": ("activity",),
    "rollout:readiness": ("activity", "=planning"),
    "rollout:evidence": ("activity", "=planning"),
    "rollout:details": ("activity",),
    "rollout:condition": ("activity", "condition"),
    "rollout:milestones": ("activity",),
    "rollout:change_milestone": ("activity", "milestone"),
    "rollout:reorder_milestone": ("activity", "milestone"),
    "rollout:milestone": ("activity", "milestone", "=finish"),
    "rollout:evaluation": ("activity",),
    "rollout:approval": ("activity", "evaluation"),
    "rollout:settings_member": ("member",),
    "rollout:settings_member_end": ("member",),
    "rollout:end_login": ("login",),
    "rollout:revoke_token": ("token",),
    "rollout:service_account": ("account",),
    "rollout:close_service_account": ("account",),
    "rollout:revoke_service_token": ("account", "account_token"),
    "rollout:settings_year_new": ("=occasions",),
    "rollout:settings_year_entry": ("=occasions", "occasion"),
    "rollout:settings_year_removal": ("=occasions", "occasion"),
    "rollout:settings_milestone": ("template",),
    "rollout:settings_milestone_removal": ("template",),
    "notifications:settings_ladder": ("=milestone",),
    "notifications:settings_ladder_removal": ("=milestone",),
    "notifications:settings_period": ("period",),
    "notifications:settings_period_removal": ("period",),
    "notifications:lift_address": ("address",),
    "notifications:message": ("message",),
    "notifications:again": ("message",),
    "notifications:activity_reminders": ("activity",),
    "notifications:questions": ("activity",),
    "notifications:partner_reminders": ("partner",),
    "notifications:what_if_milestone": ("milestone",),
    "notifications:what_if_launch": ("activity",),
    "notifications:what_if_transition": ("activity", "=launch"),
    "notifications:what_if_round": ("round",),
    "notifications:calendar": ("calendar",),
    "notifications:revoke_calendar": ("feed",),
    "notifications:webhook": ("webhook",),
    "notifications:webhook_key": ("webhook",),
    "notifications:webhook_switch": ("webhook",),
    "notifications:webhook_test": ("webhook",),
    "notifications:webhook_remove": ("webhook",),
    "notifications:call_again": ("webhook", "call"),
    "notifications:subscription": ("mailing",),
    "notifications:open_link": ("link",),
    "notifications:evidence": ("answer",),
    "notifications:action": ("=nothing",),
    "account_confirm_email": ("=nothing",),
    "account_reset_password_from_key": ("=x", "=nothing"),
}

_HOLE = re.compile(r"<[^>]+>|\(\?P<\w+>(?:[^()]|\([^()]*\))*\)")


def routes(resolver: Any = None, prefix: str = "", space: str = "") -> Iterator[Any]:
    """Yield the pattern and the name of every route."""
    for one in (resolver or get_resolver()).url_patterns:
        pattern = prefix + str(one.pattern)
        if hasattr(one, "url_patterns"):
            inner = f"{space}{one.namespace}:" if one.namespace else space
            yield from routes(one, pattern, inner)
        else:
            yield pattern, f"{space}{one.name or ''}"


def shown(pattern: str) -> str:
    """Return the pattern as the table shows it."""
    return "/" + _HOLE.sub("…", pattern).replace("^", "").replace("$", "")


def filled(pattern: str, name: str, keys: dict[str, Any]) -> str:
    """Return an address of the route. Raises LookupError for a route nobody knows."""
    holes = len(_HOLE.findall(pattern))
    if pattern.startswith("api/v1/"):
        values = _of_api(pattern, keys)
    elif pattern.startswith("admin/"):
        values = _of_admin(name)
    else:
        values = [
            one[1:] if one.startswith("=") else keys[one] for one in PAGES.get(name, ())
        ]
    if len(values) < holes:
        raise LookupError(f"Say in tests/security/routes.py what fills {pattern}")
    found = iter(values)
    address = _HOLE.sub(lambda _hole: str(next(found)), pattern)
    return "/" + address.replace("^", "").replace("$", "")


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
