"""The schema and the words of a custom action: somebody else's, so they are kept small."""

import pytest

from shared.access.profiles.documents import read_profile
from shared.access.profiles.json_schemas import JsonSchema, ValueFault
from tests.access.profiles.documents import Json, custom


def schema(**amount: object) -> Json:
    return {"type": "object", "properties": {"amount": amount}}


def nested(levels: int) -> Json:
    inner: Json = {}
    for _ in range(levels):
        inner = {"not": inner}
    return schema(**inner)


BAD: dict[str, tuple[str, Json]] = {
    "reference to the web": ("schema", schema(**{"$ref": "https://evil.example/x"})),
    "reference to itself": ("schema", schema(**{"$ref": "#"})),
    "dynamic reference": ("schema", schema(**{"$dynamicRef": "#x"})),
    "definitions": ("schema", schema() | {"$defs": {"a": {}}}),
    "unevaluated": ("schema", schema() | {"unevaluatedProperties": False}),
    "in a list": ("schema", schema(allOf=[{"$ref": "#"}])),
    "other dialect": ("schema.$schema", schema() | {"$schema": "http://json-schema.org/schema#"}),
    "too many levels": ("schema", nested(20)),
    "too large": ("schema", schema(enum=["a" * 9000])),
    "too many patterns": ("schema", schema(allOf=[{"pattern": "a"}] * 31)),
    "huge pattern": ("schema.properties.amount.pattern", schema(pattern="((a{99}){99}){99}")),
    "lookahead": ("schema.properties.amount.pattern", schema(pattern="^(?=a)")),
    "no schema": ("schema.properties.amount.minimum", schema(minimum="x")),
    "unknown format": ("schema.properties.amount.format", schema(format="money")),
    "number that readers change": ("schema", schema(const=2**60)),
}  # fmt: skip


@pytest.mark.parametrize(("path", "given"), BAD.values(), ids=BAD.keys())
def test_a_schema_that_could_cost_much_is_refused(path: str, given: Json) -> None:
    with pytest.raises(ValueFault) as refused:
        read_profile(custom(schema=given))
    assert refused.value.path == f"parameters.{path}"


@pytest.mark.parametrize(
    "words",
    ["{total}", "{amount", "amount}", "{{amount}}", "{}", "{amount.x}", "a\u202e{amount}", " "],
)
def test_words_name_only_what_the_schema_has(words: str) -> None:
    with pytest.raises(ValueFault) as refused:
        read_profile(custom(template={"en": "Pay", "de": words}))
    assert refused.value.path == "parameters.template.de"


def test_a_pattern_takes_linear_time() -> None:
    """With backtracking this one would not end."""
    given = JsonSchema(schema(pattern="^(a+)+$"))
    with pytest.raises(ValueFault) as refused:
        given.check({"amount": "a" * 10_000 + "!"})
    assert refused.value.path == "amount"


@pytest.mark.parametrize("value", ["\ud800", {"\ud800": 1}], ids=ascii)
def test_text_that_is_not_unicode_is_a_fault(value: object) -> None:
    given = JsonSchema({"properties": {}, "additionalProperties": False, "maxLength": 9})
    with pytest.raises(ValueFault, match=r"a character that is none"):
        given.check(value)


def test_a_format_is_checked() -> None:
    given = JsonSchema(schema(format="date"))
    given.check({"amount": "2031-05-17"})
    with pytest.raises(ValueFault):
        given.check({"amount": "2031-13-17"})


def test_the_name_of_an_unknown_member_is_shown_only_if_it_can_be_read() -> None:
    given = JsonSchema({"properties": {"a": True}, "additionalProperties": False})
    for name, shown in {"x": "x", "\u202ex": "…", "x" * 65: "…"}.items():
        with pytest.raises(ValueFault) as refused:
            given.check({name: 1})
        assert refused.value.path == shown
