"""Bodies, tokens, entries of a setting and the environment are read by the same verbs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

import pytest

from shared.environment import InvalidSetting, Values
from shared.errors import MalformedRequest
from shared.identity_providers.settings.provider_entry import InvalidProvider, ProviderEntry
from shared.json_shape import Shape
from shared.members import Members
from shared.signed_tokens.claims import Claims, Untrusted


class Color(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Use:
    read: Callable[[Mapping[str, Any]], Members]
    error: type[Exception]
    refusal: str
    """Of the member `a`."""
    shows_values: bool = False


USES = {
    "body": Use(lambda members: Shape(members, "outer."), MalformedRequest, "outer.a {}."),
    "token": Use(Claims, Untrusted, "a {}"),
    "entry": Use(
        lambda members: ProviderEntry(members, "LIST[1]."), InvalidProvider, "LIST[1].a: {}", True
    ),
    "environment": Use(Values, InvalidSetting, "a: {}", True),
}
EACH = pytest.mark.parametrize("use", USES.values(), ids=USES)
OF_JSON = pytest.mark.parametrize(
    "use", [use for name, use in USES.items() if name != "environment"]
)
GOOD: list[tuple[Callable[[Members], object], object, object]] = [
    (lambda reader: reader.text("a"), "text", "text"),
    (lambda reader: reader.optional_text("a"), "text", "text"),
    (lambda reader: reader.choice("a", Color, Color.RED), "blue", Color.BLUE),
    (lambda reader: reader.optional_choice("a", ["x", "y"]), "y", "y"),
    (lambda reader: reader.integer("a", 5, 1, 9), 9, 9),
    (lambda reader: reader.optional_integer("a", least=1), 2**31 - 1, 2**31 - 1),
    (lambda reader: reader.optional_seconds("a", 1, 9), 7, timedelta(seconds=7)),
    (lambda reader: reader.flag("a"), True, True),
    (lambda reader: reader.flag("a", default=True), False, False),
]
ABSENT: list[tuple[Callable[[Members], object], object]] = [
    (lambda reader: reader.optional_text("a"), None),
    (lambda reader: reader.choice("a", Color, Color.RED), Color.RED),
    (lambda reader: reader.optional_choice("a", ["x"]), None),
    (lambda reader: reader.optional_choices("a", ["x"]), ()),
    (lambda reader: reader.optional_texts("a", limit=1, each=1), ()),
    (lambda reader: reader.integer("a", 5, 1, 9), 5),
    (lambda reader: reader.optional_integer("a", least=1), None),
    (lambda reader: reader.optional_seconds("a", 1, 9), None),
    (lambda reader: reader.flag("a", default=True), True),
    (lambda reader: reader.flag("a"), False),
    (lambda reader: reader.optional_flag("a"), None),
]
WRONG: list[tuple[Callable[[Members], object], object, str]] = [
    (lambda reader: reader.choice("a", Color, Color.RED), "green", "must be one of: red, blue"),
    (lambda reader: reader.optional_choice("a", ["x", "y"]), "z", "must be one of: x, y"),
    (lambda reader: reader.integer("a", 5, 1, 9), 10, "must be a whole number from 1 to 9"),
    (lambda reader: reader.integer("a", 5, 1, 9), 0, "must be a whole number from 1 to 9"),
    (lambda reader: reader.optional_seconds("a", 1, 9), "x", "must be a whole number from 1 to 9"),
    (lambda reader: reader.flag("a"), "yes", "must be true or false"),
]


def written(use: Use, value: object) -> object:
    """The environment has only texts."""
    return str(value).lower() if use is USES["environment"] else value


@EACH
@pytest.mark.parametrize(("verb", "value", "expected"), GOOD)
def test_a_member_is_read_by_its_type(
    use: Use, verb: Callable[[Members], object], value: object, expected: object
) -> None:
    assert verb(use.read({"a": written(use, value)})) == expected


@EACH
@pytest.mark.parametrize(("verb", "expected"), ABSENT)
def test_a_member_may_be_absent(
    use: Use, verb: Callable[[Members], object], expected: object
) -> None:
    assert verb(use.read({})) == expected
    nothing = " " if use is USES["environment"] else None
    assert verb(use.read({"a": nothing})) == expected


@EACH
@pytest.mark.parametrize(("verb", "value", "problem"), WRONG)
def test_only_operators_see_the_wrong_value(
    use: Use, verb: Callable[[Members], object], value: object, problem: str
) -> None:
    sent = written(use, value)
    with pytest.raises(use.error) as refused:
        verb(use.read({"a": sent}))
    shown = f"{sent!r} {problem}" if use.shows_values else problem
    assert str(refused.value) == use.refusal.format(shown)


@EACH
def test_a_member_may_be_required(use: Use) -> None:
    with pytest.raises(use.error) as refused:
        use.read({}).text("a")
    assert str(refused.value) == use.refusal.format("is required")


@OF_JSON
@pytest.mark.parametrize("value", ["", "x" * 513, "\ud800", 7, True, [], {}])
def test_a_text_is_bounded(use: Use, value: object) -> None:
    with pytest.raises(use.error, match="must be a string of 1 to 512 "):
        use.read({"a": value}).optional_text("a")


@OF_JSON
@pytest.mark.parametrize("value", [True, 5.0, "5", [], {}])
def test_an_integer_is_no_other_number(use: Use, value: object) -> None:
    with pytest.raises(use.error, match="must be a whole number from 1 to 9"):
        use.read({"a": value}).integer("a", 5, 1, 9)


@OF_JSON
def test_a_refusal_names_the_whole_path(use: Use) -> None:
    inner = use.read({"a": {"b": {"c": 5}}}).inner("a").inner("b")
    with pytest.raises(use.error, match=r"\ba\.b\.c:? must be a string"):
        inner.text("c")


@pytest.mark.parametrize(("text", "number"), [("007", 7), ("\u0667", 7)])
def test_a_setting_is_a_number_in_decimal_digits(text: str, number: int) -> None:
    assert Values({"a": text}).integer("a", 5, 1, 9) == number


@pytest.mark.parametrize("text", ["+7", "-7", "7.0", "7s", "0x7", "²"])
def test_a_setting_of_another_form_is_no_number(text: str) -> None:
    with pytest.raises(InvalidSetting, match=r"must be a whole number from 1 to 9$"):
        Values({"a": text}).integer("a", 5, 1, 9)
