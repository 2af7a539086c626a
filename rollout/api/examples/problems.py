"""Examples of problems: one for each status that an operation can answer with."""

from __future__ import annotations

from typing import Any

#: One thing that is missing.
REASON = {
    "code": "readiness_parties",
    "text": "Parterne er ikke klar i Vildtbanegård I.",
    "who": "Eksempel Person",
    "link": "https://rollout.example.org/activities/21/#readiness",
    "overridable": True,
}


def _problem(status: int, code: str, title: str, detail: str) -> dict[str, Any]:
    return {
        "type": f"urn:problem-type:rollout:{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "instance": "/api/v1/activities/21/transitions/",
    }


#: Problems by status, as the schema shows them.
PROBLEMS: dict[int, dict[str, Any]] = {
    400: {
        "type": "urn:problem-type:rollout:invalid",
        "title": "Forespørgslen er ikke gyldig",
        "status": 400,
        "detail": "stat: Parameteren findes ikke.",
        "code": "invalid",
        "instance": "/api/v1/activities/",
        "errors": [
            {
                "field": "stat",
                "code": "unknown_parameter",
                "detail": "Parameteren findes ikke.",
            }
        ],
    },
    409: {
        "type": "urn:problem-type:rollout:blocked",
        "title": "Der mangler noget",
        "status": 409,
        "detail": "Parterne er ikke klar i Vildtbanegård I.",
        "code": "blocked",
        "instance": "/api/v1/activities/21/transitions/",
        "reasons": [REASON],
    },
    410: {
        "type": "urn:problem-type:rollout:gone",
        "title": "Markøren gælder ikke længere",
        "status": 410,
        "detail": "Markøren er ældre end 90 dage. Begynd forfra: spørg uden markør, og"
        " læs så alt.",
        "code": "gone",
        "instance": "/api/v1/changes/",
    },
    412: {
        "type": "urn:problem-type:rollout:stale",
        "title": "En anden kom først",
        "status": 412,
        "detail": "En anden har ændret dette i mellemtiden (version 9).",
        "code": "stale",
        "instance": "/api/v1/activities/21/transitions/",
        "current_version": 9,
        "current": "http://localhost:8000/api/v1/activities/21/",
    },
    401: _problem(
        401,
        "authentication_failed",
        "Adgangstokenet virker ikke",
        "Adgangstokenet er ukendt, udløbet eller trukket tilbage.",
    ),
    403: _problem(
        403,
        "permission_denied",
        "Det har du ikke lov til",
        "Det har du ikke lov til: Iværksæt.",
    ),
    404: _problem(404, "not_found", "Ikke fundet", "Ikke fundet."),
    406: _problem(
        406, "not_acceptable", "Formatet tilbydes ikke", "Formatet tilbydes ikke."
    ),
    413: _problem(
        413, "too_large", "Forespørgslen er for stor", "Indholdet er for langt."
    ),
    415: _problem(
        415,
        "unsupported_media_type",
        "Formatet kan ikke læses",
        "Formatet text/plain kan ikke læses.",
    ),
    422: _problem(
        422,
        "key_reused",
        "Nøglen står for en anden forespørgsel",
        "Nøglen er brugt til en anden forespørgsel. Find på en ny.",
    ),
    428: _problem(
        428,
        "precondition_required",
        "Den version, du så, mangler",
        "Send den version, du så, i If-Match, som den stod i ETag.",
    ),
    429: _problem(
        429, "throttled", "For mange forespørgsler", "Prøv igen om 12 sekunder."
    ),
    503: _problem(
        503,
        "unavailable",
        "Tjenesten er ikke tilgængelig lige nu",
        "Prøv igen om lidt.",
    ),
}
