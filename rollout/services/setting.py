"""Writes down who changed a programme's settings."""

from __future__ import annotations

from datetime import datetime

from rollout.models import Programme, SettingArea, SettingChange, User, Verb


def note_change(
    programme: Programme,
    area: SettingArea,
    verb: Verb,
    name: str,
    *,
    by: User,
    at: datetime,
) -> SettingChange:
    """Write down that somebody changed something called ``name``."""
    return SettingChange.objects.create(
        programme=programme, area=area, verb=verb, name=name, by=by, at=at
    )
