"""The evaluator of Bicep gives the values that Azure's own engine gives."""

from pathlib import Path
from typing import Any

import pytest

from tests.infra.bicep.deployment import deploy
from tests.infra.bicep.functions import DeploymentRefused

OTHER = """
@export()
func shout(text string) string => toUpperCase(text)
func toUpperCase(text string) string => replace(text, 'a', 'A')
"""


def output(tmp_path: Path, expression: str, before: str = "") -> Any:  # noqa: ANN401
    (tmp_path / "other.bicep").write_text(OTHER)
    # A template is read once.
    path = tmp_path / f"{len(list(tmp_path.iterdir()))}.bicep"
    path.write_text(f"{before}\noutput value string = {expression}\n")
    return deploy({}, path).outputs["value"]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 < 2 && 2 <= 2 && 3 > 2 && 2 >= 2", True),
        ("1 + 2", 3),
        ("' '", " "),
        ("'${1} ${'b'} '", "1 b "),
        ("{ a: 1 }.?a", 1),
        ("{ a: 1 }.?b ?? 'none'", "none"),
        ("{ a: 1 }.?b.c.d ?? 'none'", "none"),
        ("map(['a', 'b'], each => '${each}!')", ["a!", "b!"]),
        ("map([{ a: { b: 1 } }], each => each.a.b)", [1]),
        ("filter([1, 2, 3], each => each > 1)", [2, 3]),
        ("flatten(map([1, 2], each => map([3], other => each + other)))", [4, 5]),
        ("union(['a', 'b'], ['b', 'a', 'c'])", ["a", "b", "c"]),
        ("objectKeys({ a: 1, b: 2 })", ["a", "b"]),
        ("split('a,b;c', [',', ';'])", ["a", "b", "c"]),
        ("endsWith('func.Azure.net', '.azure.NET')", True),
        ("contains('abc', 'B')", False),
        ("split('a.b', '.')[length(split('a.b', '.')) - 1]", "b"),
        ("parseCidr('192.0.2.9/24')", {"network": "192.0.2.0", "cidr": 24}),
        # Not one address, but 256.
        ("parseCidr('203.0.113.7')", {"network": "203.0.113.0", "cidr": 24}),
        ("parseCidr('203.0.113.7/32')", {"network": "203.0.113.7", "cidr": 32}),
    ],
)
def test_an_expression_has_its_value(tmp_path: Path, expression: str, value: object) -> None:
    assert output(tmp_path, expression) == value


def test_functions_of_other_templates_can_be_imported(tmp_path: Path) -> None:
    assert output(tmp_path, "shout('aha')", "import { shout } from 'other.bicep'") == "AhA"


def test_a_function_knows_only_its_parameters(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="outer"):
        output(tmp_path, "f('a')", "var outer = 'b'\nfunc f(text string) string => outer")


def test_fail_refuses_the_deployment_only_where_it_is_reached(tmp_path: Path) -> None:
    assert output(tmp_path, "empty('') ? 'fine' : fail('never')") == "fine"
    with pytest.raises(DeploymentRefused, match="because"):
        output(tmp_path, "empty('a') ? 'fine' : fail('because')")


def test_a_member_of_nothing_is_an_error_without_a_question_mark(tmp_path: Path) -> None:
    with pytest.raises(AttributeError):
        output(tmp_path, "nothing.a", "var nothing = null")
