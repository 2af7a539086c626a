"""Writes the pages on state machines to docs/workflows, drawn from the code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand

from workflows.diagrams import document
from workflows.models import StatefulModel


def pages() -> dict[str, str]:
    """Return file name and text of the page on each state machine."""
    return {
        f"{model._meta.model_name}.md": document(model)
        for model in apps.get_models()
        if issubclass(model, StatefulModel)
    }


class Command(BaseCommand):
    """``manage.py diagrams``: rewrite docs/workflows after a machine changed."""

    help = "Draw every state machine to docs/workflows."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write one page for each state machine."""
        folder = Path(settings.BASE_DIR) / "docs" / "workflows"
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in pages().items():
            (folder / name).write_text(text, encoding="utf-8")
            self.stdout.write(f"docs/workflows/{name}")
