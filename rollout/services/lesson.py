"""Lessons of a phase, kept for those who prepare the next."""

from __future__ import annotations

from datetime import datetime

from rollout.models import Lesson, Phase, User
from rollout.services.ground import require


def write_lesson(phase: Phase, text: str, *, by: User, at: datetime) -> Lesson:
    """Keep what was learnt in a phase."""
    require(by, "rollout.edit_activity", phase)
    return Lesson.objects.create(phase=phase, text=text, written_by=by, written_at=at)
