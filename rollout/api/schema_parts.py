"""The parts of the schema that all operations share: statuses, problems, headers."""

from __future__ import annotations

from typing import Any

#: What each status means, for every operation that can answer with it.
MEANINGS = {
    304: "Unchanged since the answer that `If-None-Match` names.",
    400: "The request is not valid; `errors` says what is wrong in which field.",
    401: "No token, or one that is unknown, expired or revoked.",
    403: "The caller's role does not allow this, or the token lacks the scope.",
    404: "There is no such thing, or the caller may not see it.",
    406: "The format asked for in `Accept` is not offered.",
    409: (
        "Not now: `reasons` lists everything that is missing. Or `conflict`: it does"
        " not fit how things stand. Or `in_progress`: the first request with this"
        " `Idempotency-Key` is still being answered."
    ),
    410: "The cursor is no longer good: begin again without one.",
    412: "Changed by somebody else in the meantime; see `current_version`,"
    " and `current` for where to read it.",
    413: "The body is too long.",
    414: "The address is longer than 4,094 bytes. No problem comes with it: the web"
    " server answers before anything is read.",
    415: "The body is not JSON.",
    422: "The `Idempotency-Key` was used for another request.",
    428: "`If-Match` is missing.",
    429: "Too many requests; `Retry-After` says how many seconds to wait.",
    503: "The service is not available just now; see `Retry-After`.",
}
TEXT = {"type": "string"}
PROBLEM = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code", "instance"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": TEXT | {"description": "The same for every problem of a type."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": TEXT | {"description": "What went wrong this time."},
        "code": TEXT | {"description": "Stable English code; the end of `type`."},
        "instance": {"type": "string", "description": "Path of the request."},
        "errors": {
            "type": "array",
            "description": "What is wrong in which field or parameter.",
            "items": {
                "type": "object",
                "required": ["field", "code", "detail"],
                "properties": {"field": TEXT, "code": TEXT, "detail": TEXT},
            },
        },
        "reasons": {
            "type": "array",
            "description": "Everything that is missing.",
            "items": {"$ref": "#/components/schemas/Reason"},
        },
        "current_version": {
            "type": "integer",
            "description": "The version that the object has now.",
        },
        "current": {
            "type": "string",
            "format": "uri",
            "description": "Where to read the object as it is now.",
        },
        "results": {
            "type": "array",
            "description": "Of many changes at once, those that were refused.",
            "items": {"$ref": "#/components/schemas/BulkOutcome"},
        },
    },
}
HEADERS: dict[str, dict[str, Any]] = {
    "AcceptLanguage": {
        "name": "Accept-Language",
        "description": "Language of labels and texts: `da` (if not given) or `en`.",
        "schema": TEXT,
        "example": "en",
    },
    "IfNoneMatch": {
        "name": "If-None-Match",
        "description": "`ETag` of the answer that the caller has; equal ones give 304.",
        "schema": TEXT,
    },
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "description": (
            "Made up by the client, new for each request: the same key gets the same"
            " answer for 24 hours, and the change is made once."
        ),
        "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
    },
    "IfMatch": {
        "name": "If-Match",
        "required": True,
        "description": (
            "The version on which the change is based: the `ETag` that was read, or"
            ' the field `version` in quotation marks, such as `"7"`. `*` stands for'
            " whatever version there is."
        ),
        "schema": {
            "type": "string",
            "pattern": r'^(\*|"[0-9]{1,9}(-[0-9a-f]{16})?")$',
        },
    },
}
BODIES: dict[str, dict[str, Any]] = {
    "csv": {"type": "string"},
    "xlsx": {"type": "string", "contentMediaType": "application/octet-stream"},
    "ndjson": {"type": "string"},
}
ETAG = {
    "description": "Strong tag; begins with the object's version where it has one.",
    "schema": TEXT,
}
