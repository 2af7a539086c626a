"""What examples are made of: one programme, one activity, one person."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

PROGRAMME = {"id": 1, "code": "ishoj-2025-2029", "name": "Ishøj 2025–2029"}
AREA = {"id": 2, "code": "beskaeftigelse", "name": "Uddannelse og beskæftigelse"}
INITIATIVE = {"id": 9, "code": "fritidsjob", "name": "Fritidsjobforløb"}
GROUP = {"id": 2, "code": "vildtbanegaard", "name": "Vildtbanegård"}
PLACE = {"id": 3, "code": "vildtbanegaard-1", "name": "Vildtbanegård I"}
PARTNER = {"id": 4, "code": "ckf", "name": "Center for Kultur og Fritid"}
PHASE = {"id": 1, "code": "fase-1", "name": "Fase 1"}
ACTIVITY = {"id": 21, "initiative": INITIATIVE, "place": PLACE}
PERSON = {"id": 5, "name": "Eksempel Person"}
ROUND = {"id": 6, "kind": "monitoring", "title": "Halvårsstatus"}
OBJECTIVE = {"id": 7, "code": "fritidsjob", "text": "Flere unge har et fritidsjob"}
INDICATOR = {
    "id": 8,
    "code": "unge-i-fritidsjob",
    "name": "Unge med fritidsjob",
    "unit": "unge",
}


def example(name: str, value: Any) -> OpenApiExample:
    """Return an example of a request, or of the answer to a successful one."""
    return OpenApiExample(name, value=value, status_codes=["200", "201", "202"])


#: A request that needs no words.
NOTHING = example("Nothing to add", {})
