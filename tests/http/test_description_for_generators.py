"""The API description uses only what generators of clients understand.

Kiota and NSwag, with which most clients in C# are made, understand less than the specification
allows. They do not report what they do not understand: the client compiles, and then cannot read
or send it.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy

import pytest

from shared.blueprints.openapi import read_description
from tests.http.described_schemas import (
    COMPONENTS,
    Part,
    contents_of,
    inner_schemas,
    operations_of,
    resolved,
    schemas_of,
)

type Rule = Callable[[Part], Iterator[str]]

UNDERSTOOD = {
    *("type", "format", "description", "enum", "default", "x-ms-primary-error-message"),
    *("properties", "required", "additionalProperties", "minProperties", "items"),
    *("pattern", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems"),
}
"""Keywords of a schema that generators read, or that they may ignore without harm."""
TYPES = {"object", "array", "string", "integer", "boolean"}
PAGES = "pages"
ERROR_TEXT = "x-ms-primary-error-message"


def only_understood_keywords(document: Part) -> Iterator[str]:
    """Kiota makes an empty class of `oneOf`, and NSwag reads its first branch only. Neither reads
    `const`."""
    for place, schema in schemas_of(document):
        known = {"$ref", "description"} if "$ref" in schema else UNDERSTOOD
        yield from (f"{place} has {keyword}" for keyword in schema.keys() - known)
        if not isinstance(schema.get("additionalProperties", False), bool):
            yield f"{place} has members with names that are not listed"


def listed_members_or_any(document: Part) -> Iterator[str]:
    """The class that openapi-generator makes for both in Kotlin does not compile. One with a member
    that may have any members does not either, if kotlinx reads and writes the JSON."""
    for place, schema in schemas_of(document):
        if "properties" in schema and schema.get("additionalProperties"):
            yield f"{place} has other members than those listed"
        for name, inner in inner_schemas(schema).items():
            whole = resolved(document, inner)
            if _type_of(whole) == "object" and whole.get("additionalProperties"):
                yield f"{place}.{name} has any members"


def one_type(document: Part) -> Iterator[str]:
    """Without a type, NSwag sends the values of an enum as numbers."""
    for place, schema in schemas_of(document):
        if "$ref" not in schema and _type_of(schema) not in TYPES:
            yield f"{place} has no single type"


def _type_of(schema: Part) -> object:
    match schema.get("type"):
        case [single, "null"]:
            return single
        case single:
            return single


def names_for_all_objects_and_enums(document: Part) -> Iterator[str]:
    """Otherwise generators make names, such as `Body5` and `Type2`, which change with each new
    endpoint."""
    for place, schema in schemas_of(document):
        if _needs_name(schema) and not re.fullmatch(re.escape(COMPONENTS) + r"\w+", place):
            yield f"{place} is not a component"
    for name, holder in _bodies_and_answers(document):
        for media_type, schema in contents_of(holder).items():
            if media_type.endswith(("json", "urlencoded")) and "$ref" not in schema:
                yield f"the {media_type} of {name} is not a component"


def _needs_name(schema: Part) -> bool:
    return "enum" in schema or "properties" in schema


def _bodies_and_answers(document: Part) -> Iterator[tuple[str, Part]]:
    """Except of pages, which generated clients leave out."""
    for operation in operations_of(document):
        if operation.details["tags"] == [PAGES]:
            continue
        yield operation.name, operation.details.get("requestBody", {})
        for status, answer in operation.details["responses"].items():
            yield f"{operation.name} {status}", _answer(document, answer)


def _answer(document: Part, answer: Part) -> Part:
    if "$ref" not in answer:
        return answer
    named: Part = document["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    return named


def names_that_are_classes(document: Part) -> Iterator[str]:
    """In every language, beside one another, also where file names ignore case. Generators make
    classes for the parameters and the answer of an operation, and call them after it."""
    names = list(document["components"]["schemas"])
    operations = {each.details["operationId"].lower() for each in operations_of(document)}
    taken = {f"{name}{suffix}" for name in operations for suffix in ("request", "response", "body")}
    yield from (f"{name} is taken" for name in names if name.lower() in taken)
    yield from (name for name in names if not re.fullmatch(r"([A-Z][a-z]*)+", name))
    folded = Counter(name.lower() for name in names)
    yield from (f"{name} is there twice" for name, count in folded.items() if count > 1)


def names_for_all_operations(document: Part) -> Iterator[str]:
    names = [(each.name, each.details.get("operationId", "")) for each in operations_of(document)]
    yield from (
        f"{where}: {name}"
        for where, name in names
        if not re.fullmatch("[a-z]+([A-Z][a-z]+)*", name)
    )
    counts = Counter(name for _, name in names)
    yield from (f"{name} is there twice" for name, count in counts.items() if count > 1)


def sizes_of_all_numbers(document: Part) -> Iterator[str]:
    """An integer without a format has 32 bits in C#, which is too few for times and counts."""
    for place, schema in schemas_of(document):
        if _type_of(schema) == "integer" and schema.get("format") not in {"int32", "int64"}:
            yield f"{place} has neither int32 nor int64"


def one_schema_for_each_status(document: Part) -> Iterator[str]:
    """Generators read an answer by the schema of its first media type."""
    for name, holder in _bodies_and_answers(document):
        schemas = list(contents_of(holder).values())
        if any(schema != schemas[0] for schema in schemas):
            yield f"{name} depends on the media type"


def a_text_in_every_error(document: Part) -> Iterator[str]:
    """Kiota shows the marked member as the message of the exception."""
    for name, answer in _bodies_and_answers(document):
        if not re.search(r" [45]\d\d$", name):
            continue
        for media_type, schema in contents_of(answer).items():
            if media_type == "text/html":  # for people
                continue
            members = inner_schemas(resolved(document, schema)).values()
            if not any(member.get(ERROR_TEXT) for member in members):
                yield f"{name} has no {ERROR_TEXT}"


def no_null_in_requests(document: Part) -> Iterator[str]:
    """Every optional member of a request may be null, which the description says once. An enum or
    an object that may be null would need `oneOf`."""
    for operation in operations_of(document):
        for schema in contents_of(operation.details.get("requestBody", {})).values():
            yield from (f"{operation.name}: {place}" for place in _nullable(document, schema, ""))


def _nullable(document: Part, schema: Part, place: str) -> Iterator[str]:
    whole = resolved(document, schema)
    if isinstance(whole.get("type"), list):
        yield f"{place} may be null"
    for name, inner in inner_schemas(whole).items():
        yield from _nullable(document, inner, f"{place}.{name}")


def stated_security(document: Part) -> Iterator[str]:
    schemes = document["components"]["securitySchemes"]
    yield from (
        f"{name} is not explained" for name in schemes if not schemes[name].get("description")
    )
    for operation in operations_of(document):
        if "security" not in operation.details:
            yield f"{operation.name} does not say whether it needs a token"
        for way in operation.details.get("security", []):
            if way.keys() - schemes.keys() or ("boundToken" in way) != ("dpopProof" in way):
                yield f"{operation.name}: {sorted(way)}"


def names_of_tags_that_differ(document: Part) -> Iterator[str]:
    names = [tag["name"] for tag in document["tags"]]
    yield from (f"the tag {name} is repeated" for name in set(names) if names.count(name) > 1)


def a_tag_for_pages(document: Part) -> Iterator[str]:
    """By the tag, whoever generates a client can leave them out."""
    declared = {tag["name"] for tag in document["tags"] if tag.get("description")}
    for operation in operations_of(document):
        tags = operation.details["tags"]
        if len(tags) != 1 or not declared.issuperset(tags):
            yield f"{operation.name} has the tags {tags}"
        answers = operation.details["responses"].values()
        media_types = {
            each for answer in answers for each in contents_of(_answer(document, answer))
        }
        if ("application/json" if tags == [PAGES] else "text/html") in media_types:
            yield f"{operation.name} has the tag {tags}"


RULES: dict[Rule, tuple[str, object]] = {
    only_understood_keywords: ("components/schemas/User/oneOf", []),
    listed_members_or_any: ("components/schemas/User/additionalProperties", True),
    one_type: ("components/schemas/TokenType/type", None),
    names_for_all_objects_and_enums: ("components/schemas/User/properties/id/enum", ["x"]),
    names_that_are_classes: ("components/schemas/Body5", {"type": "object"}),
    names_for_all_operations: ("paths/~1me/get/operationId", "listSessions"),
    sizes_of_all_numbers: ("components/schemas/Introspection/properties/exp/format", None),
    one_schema_for_each_status: (
        "components/responses/OAuthError/content/application~1problem+json",
        {"schema": {"$ref": f"{COMPONENTS}Problem"}},
    ),
    a_text_in_every_error: ("components/schemas/Problem/properties/detail", {"type": "string"}),
    no_null_in_requests: ("components/schemas/RowPlace/type", ["object", "null"]),
    stated_security: ("paths/~1me/get/security", [{"boundToken": []}]),
    names_of_tags_that_differ: ("tags", [{"name": "pages"}, {"name": "pages"}]),
    a_tag_for_pages: ("paths/~1audit/get/tags", ["service"]),
}
"""Each rule, and a change that violates it: a place in the document, and what to write there."""

per_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)


@per_rule
def test_generators_understand_the_description(rule: Rule) -> None:
    assert not list(rule(read_description()))


@per_rule
def test_a_violation_is_found(rule: Rule) -> None:
    document = deepcopy(read_description())
    place, value = RULES[rule]
    *parents, name = (part.replace("~1", "/") for part in place.split("/"))
    target = document
    for parent in parents:
        target = target[parent]
    target[name] = value
    assert list(rule(document))
