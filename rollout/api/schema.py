"""Completes the generated OpenAPI schema with what holds for every operation.

What all addresses do alike (problems, entity tags, languages) is said once here and
not by a decorator on each view.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from rollout.api import deprecation
from rollout.api.examples.problems import PROBLEMS
from rollout.api.export import DIALECTS, FILES
from rollout.api.problems import MEDIA_TYPE
from rollout.api.schema_parts import BODIES, ETAG, HEADERS, MEANINGS, PROBLEM
from rollout.api.scopes import scope_of
from rollout.api.sparse import ALWAYS, ResourceSerializer

#: Headers of a request, by method.
_REQUEST_HEADERS = {
    "get": ("IfNoneMatch",),
    "post": ("IfMatch", "IdempotencyKey"),
    "patch": ("IfMatch",),
    "delete": ("IfMatch",),
}
#: What a view states of an operation that is not based on a version of something.
UNCONDITIONAL = {"x-unconditional": True}
#: What a view states of an operation whose answer holds a secret.
UNKEPT = {"x-unkept": True}
_ALWAYS = (400, 401, 403, 404, 406, 414, 429, 503)
#: Answers that say everything by themselves.
_BARE = (304, 414)
_ON_CHANGE = (409, 413, 415, 422)
#: Of changes that are based on a version.
_CONDITIONAL = (412, 428)
#: Only where an operation says so itself.
_SELDOM = (410, 412)


class Schema(AutoSchema):
    """Describes what every list and every member of one understands alike."""

    def get_override_parameters(self) -> list[Any]:
        """Return what the view states, and `fields`, `expand` and the rest."""
        stated: list[Any] = list(super().get_override_parameters())
        view: Any = self.view
        action = getattr(view, "action", None)
        representation = getattr(view, "serializer_class", None)
        is_sparse = isinstance(representation, type) and issubclass(
            representation, ResourceSerializer
        )
        if not is_sparse or action not in ("list", "retrieve"):
            return stated
        stated += _sparse(representation)
        return stated + (_of_list(view) if action == "list" else [])

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        """Return the description of the operation, with what is to go away."""
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        view: Any = self.view
        going = getattr(view, "deprecated", {}).get(getattr(view, "action", None))
        if operation is None or going is None:
            return operation
        return deprecation.describe(operation, going)

    def get_auth(self) -> list[dict[str, list[str]]]:
        """Return the token with the scope that this operation asks of it."""
        operation = getattr(self.view, "action", None) or self.method.lower()
        scope = scope_of(self.view, operation)
        return [{"token": [str(scope)] if scope else []}]

    def get_description(self) -> str:  # type: ignore[override]
        """Return what a list and its members are; an action says it itself."""
        if getattr(self.view, "action", None) in ("list", "retrieve"):
            return inspect.getdoc(self.view) or ""
        return str(super().get_description())


def _sparse(representation: Any) -> list[OpenApiParameter]:
    names = {"type": "array", "items": {"type": "string"}, "minItems": 1}
    found = [
        OpenApiParameter(
            "fields",
            names | {"items": {"type": "string", "enum": representation.names()}},
            explode=False,
            style="form",
            description="Only these fields, separated by commas.",
        )
    ]
    if representation.expandable:
        expandable = sorted(representation.expandable)
        found.append(
            OpenApiParameter(
                "expand",
                names | {"items": {"type": "string", "enum": expandable}},
                explode=False,
                style="form",
                description="What hangs on it as well, separated by commas.",
            )
        )
    return found


def _of_list(view: Any) -> list[OpenApiParameter]:
    formats = ["json", *(renderer.format for renderer in FILES)]
    return [
        OpenApiParameter(
            "ordering",
            {
                "type": "string",
                "enum": [sign + name for name in view.orderings for sign in ("", "-")],
                "default": view.default_ordering,
            },
            description="The order; a minus turns it round.",
        ),
        OpenApiParameter(
            "format",
            {"type": "string", "enum": formats, "default": "json"},
            description=(
                "The format, as `Accept` names it too. A file holds all rows, so it"
                " knows no `cursor` and no `page_size`."
            ),
        ),
        OpenApiParameter(
            "delimiter",
            # No default in the schema: a generated client would send it with JSON.
            {"type": "string", "enum": [*DIALECTS]},
            description=(
                "Of CSV alone: `semicolon` with decimal commas for Danish spreadsheets"
                " (if not given), `comma` with decimal points for programs."
            ),
        ),
    ]


def complete(
    result: dict[str, Any], generator: Any, request: Any, public: Any
) -> dict[str, Any]:
    """Add problems, tags and languages to every operation (a spectacular hook)."""
    components = result["components"]
    components["parameters"] = {
        name: parameter | {"in": "header"} for name, parameter in HEADERS.items()
    }
    components["responses"] = {
        _name(status): _response(status) for status in sorted(MEANINGS)
    }
    for method, operation in _operations(result):
        _describe(operation, method)
    for name, schema in components["schemas"].items():
        _tighten(name, schema)
    components["schemas"]["Problem"] = PROBLEM
    return result


def _tighten(name: str, schema: dict[str, Any]) -> None:
    """Say which fields an answer always has, and that a request may have no other."""
    if schema.get("type") != "object":
        return
    for one in schema["properties"].values():
        # A text that may be empty or an address: to some it is both.
        if {"type": "string", "maxLength": 0} in one.get("oneOf", ()):
            one["anyOf"] = one.pop("oneOf")
    names = sorted(schema["properties"])
    if name in ResourceSerializer.components:
        schema["required"] = [one for one in names if one in ALWAYS]
    elif name.endswith("Request"):
        schema["additionalProperties"] = False
    else:
        schema["required"] = names


def _operations(result: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for methods in result["paths"].values():
        yield from methods.items()


def _describe(operation: dict[str, Any], method: str) -> None:
    is_change = method != "get"
    names = ["AcceptLanguage", *_REQUEST_HEADERS[method]]
    if operation.pop("x-unkept", False):
        names.remove("IdempotencyKey")
    statuses = _ALWAYS + (_ON_CHANGE if is_change else (304,))
    if operation.pop("x-unconditional", False):
        names.remove("IfMatch")
    elif is_change:
        statuses += _CONDITIONAL
    operation.setdefault("parameters", []).extend(
        {"$ref": f"#/components/parameters/{name}"} for name in names
    )
    if "200" in operation["responses"]:
        operation["responses"]["200"]["headers"] = {"ETag": ETAG}
    if any(one.get("name") == "delimiter" for one in operation["parameters"]):
        operation["responses"]["200"]["content"] |= {
            renderer.media_type: {"schema": BODIES[renderer.format]}
            for renderer in FILES
        }
    statuses += tuple(one for one in _SELDOM if str(one) in operation["responses"])
    for status in sorted(statuses):
        reference = {"$ref": f"#/components/responses/{_name(status)}"}
        operation["responses"][str(status)] = reference


def _name(status: int) -> str:
    return f"Problem{status}" if status >= 400 else "Unchanged"


def _response(status: int) -> dict[str, Any]:
    if status in _BARE:
        return {"description": MEANINGS[status]}
    content: dict[str, Any] = {"schema": {"$ref": "#/components/schemas/Problem"}}
    if status in PROBLEMS:
        content["example"] = PROBLEMS[status]
    return {"description": MEANINGS[status], "content": {MEDIA_TYPE: content}}


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes the token."""

    target_class = "rollout.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """Return the security scheme."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": (
                "A token from the settings, from `POST tokens/` or from"
                " `manage.py token issue`. Each operation names the scope it needs."
            ),
        }
