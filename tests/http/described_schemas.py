"""The schemas and operations of the API description."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

type Part = dict[str, Any]

COMPONENTS = "#/components/schemas/"


@dataclass(frozen=True, slots=True)
class Operation:
    name: str
    """The method and the path."""
    details: Part


def operations_of(document: Part) -> Iterator[Operation]:
    for path, methods in document["paths"].items():
        for method, details in methods.items():
            yield Operation(f"{method.upper()} {path}", details)


def contents_of(holder: Part) -> dict[str, Part]:
    """The schema for each media type of a body or an answer."""
    return {name: each["schema"] for name, each in holder.get("content", {}).items()}


def schemas_of(document: Part) -> Iterator[tuple[str, Part]]:
    """Every schema, those inside others too, with its place."""
    for place, schema in _outermost(document, "#"):
        yield from _with_inner(place, schema)


def _outermost(value: object, place: str) -> Iterator[tuple[str, Part]]:
    """Any `schema`, and the components. Neither is looked into."""
    for name, inner in _members(value):
        where = f"{place}/{name}"
        if name == "schema" or place == COMPONENTS.rstrip("/"):
            yield where, inner
        else:
            yield from _outermost(inner, where)


def _members(value: object) -> Iterable[tuple[object, Any]]:
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()


def _with_inner(place: str, schema: Part) -> Iterator[tuple[str, Part]]:
    yield place, schema
    for name, inner in inner_schemas(schema).items():
        yield from _with_inner(f"{place}/{name}", inner)


def inner_schemas(schema: Part) -> dict[str, Part]:
    """The schemas of members and items, by their names in an error."""
    inner = dict(schema.get("properties", {}))
    return inner | ({"[]": schema["items"]} if "items" in schema else {})


def resolved(document: Part, schema: Part) -> Part:
    """The schema itself or the component that it refers to."""
    if "$ref" not in schema:
        return schema
    component: Part = document["components"]["schemas"][schema["$ref"].removeprefix(COMPONENTS)]
    return component
