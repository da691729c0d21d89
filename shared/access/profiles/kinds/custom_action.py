"""Actions of clients' own: their JSON Schema, and the words in which a person reads them.

The schema is of somebody else, and values of many people are checked against it. So it is small and
refers to nothing: by references a few lines describe more work than any service can do.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from shared.access.canonical import NotCanonical, canonical_json
from shared.access.profiles.json_schemas import JsonSchema, ValueFault
from shared.access.profiles.profile import CustomAction

_MOST_BYTES = 8192
_MOST_LEVELS = 16
_MOST_PATTERNS = 30
_PATTERNS = ("pattern", "patternProperties")
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_REFUSED = frozenset(
    {
        *("$ref", "$dynamicRef", "$recursiveRef", "$id", "$anchor", "$dynamicAnchor"),
        *("$recursiveAnchor", "$vocabulary", "$defs", "definitions"),
        # These check each part again for each level around it.
        *("unevaluatedProperties", "unevaluatedItems"),
    }
)
_PLACE = re.compile(r"\{([^{}]*)\}")


def read_custom_action(parameters: Mapping[str, Any]) -> CustomAction:
    """Of parameters that match the schema of profiles. Raise ValueFault."""
    schema, template = parameters["schema"], parameters["template"]
    _check_schema(schema)
    for language, words in template.items():
        _check_words(f"template.{language}", words, schema["properties"].keys())
    return CustomAction(schema=schema, template=template)


def write_custom_action(action: CustomAction) -> dict[str, Any]:
    return {"schema": dict(action.schema), "template": dict(action.template)}


def _check_schema(schema: dict[str, Any]) -> None:
    members = list(_members(schema, _MOST_LEVELS))
    for name in members:
        if name in _REFUSED:
            raise ValueFault("schema", f"must not have {name}, at any depth")
    if sum(name in _PATTERNS for name in members) > _MOST_PATTERNS:
        raise ValueFault("schema", f"must have at most {_MOST_PATTERNS} patterns")
    if schema.get("$schema", _DIALECT) != _DIALECT:
        raise ValueFault("schema.$schema", f"must be {_DIALECT}, or absent")
    try:
        size = len(canonical_json(schema))
    except NotCanonical as error:
        raise ValueFault("schema", str(error)) from error
    if size > _MOST_BYTES:
        raise ValueFault("schema", f"must have at most {_MOST_BYTES} bytes")
    try:
        JsonSchema(schema)
    except ValueFault as fault:
        raise ValueFault(f"schema.{fault.path}".rstrip("."), fault.problem) from None


def _members(value: object, levels: int) -> Iterator[str]:
    """The names of all members, those of lists and of what looks like a keyword included."""
    if isinstance(value, dict | list) and levels == 0:
        raise ValueFault("schema", f"must have at most {_MOST_LEVELS} levels")
    if isinstance(value, dict):
        yield from value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        yield from _members(each, levels - 1)


def _check_words(path: str, words: str, known: Collection[str]) -> None:
    if not words.replace("\n", "").isprintable() or not words.strip():
        raise ValueFault(path, "must be printable, and not only spaces")
    if re.search(r"[{}]", _PLACE.sub("", words)):
        raise ValueFault(path, "must have braces only around the name of a member")
    for name in _PLACE.findall(words):
        if name not in known:
            raise ValueFault(path, f"names {{{name}}}, which schema.properties does not have")
