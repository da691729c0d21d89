from __future__ import annotations

import pytest

from devhost.templates import InvalidTemplate, parse_template

GUID = "0f8fad5b-d9cb-469f-a165-70867728950e"


@pytest.mark.parametrize(
    ("template", "path", "values"),
    [
        ("a/b", "a/b", {}),
        ("a/b", "A/B", {}),
        ("a/b", "a", None),
        ("a/b", "a/b/c", None),
        ("a/{id}", "a/x", {"id": "x"}),
        ("a/{id}", "a", None),
        ("a/{id}", "a/", None),
        ("a/{id}", "a/Mixed Case", {"id": "Mixed Case"}),
        ("a/{id?}", "a", {}),
        ("a/{id?}", "a/x", {"id": "x"}),
        ("a/{id=7}", "a", {"id": "7"}),
        ("{*rest}", "", {}),
        ("{*rest}", "a/b/c", {"rest": "a/b/c"}),
        ("a/{**rest}", "a/b/c", {"rest": "b/c"}),
        ("{x:maxlength(0)?}", "", {}),
        ("{x:maxlength(0)?}", "a", None),
        ("files/{name}.{ext}", "files/a.b.c", {"name": "a.b", "ext": "c"}),
        ("files/{name}.{ext}", "files/a", None),
        ("v{n:int}/x", "V12/x", {"n": "12"}),
        ("v{n:int}/x", "vx/x", None),
        ("{id:int:min(3)}", "3", {"id": "3"}),
        ("{id:int:min(3)}", "2", None),
        ("{id:regex(^[a-c]{{2}}$)}", "ab", {"id": "ab"}),
        ("{id:regex(^[a-c]{{2}}$)}", "abc", None),
        ("{id:regex(^(a|b)?c$)?}", "bc", {"id": "bc"}),
        ("{id:length(2,3)?}", "", {}),
    ],
)
def test_a_template_matches_the_expected_paths(
    template: str, path: str, values: dict[str, str] | None
) -> None:
    assert parse_template(template).match(path.split("/") if path else []) == values


@pytest.mark.parametrize(
    ("constraint", "accepted", "refused"),
    [
        ("alpha", "aZ", "a1"),
        ("bool", "True", "1"),
        ("datetime", "2026-01-31", "2026-02-31"),
        ("decimal", "-1.5", "x"),
        ("double", "1e3", "infinity"),
        ("float", "1", ""),
        ("guid", GUID, GUID[:-1]),
        ("guid", f"{{{GUID}}}", f"{{{GUID}"),
        ("guid", GUID.replace("-", ""), GUID.replace("-", "", 1)),
        ("int", "-2147483648", "2147483648"),
        ("length(2)", "ab", "abc"),
        ("length(1,2)", "ab", "abc"),
        ("long", "9223372036854775807", "9223372036854775808"),
        ("max(5)", "5", "6"),
        ("maxlength(2)", "ab", "abc"),
        ("min(5)", "5", "4"),
        ("minlength(2)", "ab", "a"),
        ("range(1,5)", "5", "0"),
        ("regex(b+)", "abc", "ac"),
        ("required", "x", ""),
    ],
)
def test_a_constraint_limits_the_values_of_a_parameter(
    constraint: str, accepted: str, refused: str
) -> None:
    template = parse_template(f"{{id:{constraint}}}")
    assert template.match([accepted]) == {"id": accepted}
    assert template.match([refused]) is None


def test_the_more_specific_template_comes_first() -> None:
    ordered = ["a/b", "a/{id:int}", "a/{id}", "a/{*rest:int}", "a/{*rest}", "{id}/b"]
    templates = [parse_template(text) for text in reversed(ordered)]
    templates.sort(key=lambda template: template.precedence)
    assert [template.text for template in templates] == ordered


@pytest.mark.parametrize(
    "template",
    [
        "",
        "/a",
        "a/",
        "a//b",
        "a/{",
        "a/{}",
        "a/{id",
        "a/id}",
        "{id:unknown}",
        "{id:length(x)}",
        "{id:regex([)}",
        "{id}/{ID}",
        "{id?}/a",
        "{*rest}/a",
        "x{id?}",
    ],
)
def test_a_malformed_template_is_refused(template: str) -> None:
    with pytest.raises(InvalidTemplate):
        parse_template(template)
