"""The interface described as OpenAPI 3.1, made from its routes: what is described is what is checked and answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from weakties import __version__
from weakties.contract import types
from weakties.web.api.route import SCOPES, Route

_REFUSALS = {
    "400": "What was asked cannot be understood, or makes no sense here.",
    "401": "No token, or one that is not known.",
    "403": "A token that may not.",
    "404": "There is no such thing.",
    "409": "It fits several, or the home is not in a state to answer.",
}


def described(routes: Sequence[Route]) -> dict[str, Any]:
    """Return the description of all routes."""
    wanted = [types.Failure, *(r.row for r in routes), *(r.asked for r in routes if r.method != "get" and r.asked)]
    _, components = msgspec.json.schema_components(
        list(dict.fromkeys(wanted)), ref_template="#/components/schemas/{name}"
    )
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "weakties",
            "version": __version__,
            "summary": "Who deserves a word, why, and who would open which door.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/api/v1"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(components.items())),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": " ".join(f"{s}: {t}" for s, t in SCOPES.items()),
                }
            },
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    said: dict[str, Any] = {
        "operationId": f"{route.method}{''.join(part.strip('{}').capitalize() for part in route.path.split('/'))}",
        "summary": route.says,
        "description": f"Needs the scope `{route.scope}`.",
        "parameters": [*(_part(name) for name in route.parts), *(_queries(route) if route.method == "get" else ())],
        "responses": {
            "201" if route.method == "post" else "200": {
                "description": route.says,
                "content": {"application/json": {"schema": _answer(route)}},
            },
            **{status: _refusal(text) for status, text in _REFUSALS.items()},
        },
    }
    if route.method != "get" and route.asked is not None:
        said["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ref(route.asked)}}}
    return said


def _part(name: str) -> dict[str, Any]:
    text = {
        "person": "An id, an address, or part of a name that fits one person.",
        "decision": "The number of a decision.",
    }
    schema = {"type": "string", "minLength": 1, "pattern": "^[^/]+$"}
    return {"name": name, "in": "path", "required": True, "schema": schema, "description": text.get(name, "A name.")}


def _queries(route: Route) -> list[dict[str, Any]]:
    if route.asked is None:
        return []
    (_,), components = msgspec.json.schema_components([route.asked], ref_template="#/{name}")
    whole = components[route.asked.__name__]
    required = whole.get("required", ())
    return [
        {"name": name, "in": "query", "required": name in required, "schema": _plain(schema)}
        for name, schema in whole["properties"].items()
    ]


def _plain(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of a query's value: what may be left out is left out there, not sent as null."""
    if "anyOf" not in schema:
        return dict(schema)
    (one,) = [each for each in schema["anyOf"] if each.get("type") != "null"]
    rest = {name: value for name, value in schema.items() if name not in ("anyOf", "default")}
    return {**one, **rest}


def _answer(route: Route) -> dict[str, Any]:
    beside = {name: _ref(kind) for name, kind in (route.beside or {}).items()}
    properties = {
        "as_of": {"type": "string", "format": "date"},
        "question": {"const": route.question},
        "formula": {"type": "string"},
        "rows": {"type": "array", "items": _ref(route.row)},
        "total": {"type": "integer", "minimum": 0},
        **beside,
    }
    return {"type": "object", "properties": properties, "required": list(properties)}


def _ref(kind: Any) -> dict[str, Any]:
    (schema,), _ = msgspec.json.schema_components([kind], ref_template="#/components/schemas/{name}")
    return schema


def _refusal(text: str) -> dict[str, Any]:
    return {"description": text, "content": {"application/json": {"schema": _ref(types.Failure)}}}
