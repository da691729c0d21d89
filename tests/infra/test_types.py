"""Azure refuses values that do not have the types of the parameters, whatever brings them."""

from pathlib import Path
from typing import Any

import pytest

from tests.infra.bicep.deployment import deploy
from tests.infra.bicep.parameters import DEPLOYMENTS, parameters
from tests.infra.bicep.syntax import MAIN, paths, read
from tests.infra.bicep.types import refusals
from tests.infra.fault_cases import ADA, profile

FULL = [{"name": f"a{number:02}", "subject": str(number)} for number in range(21)]
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"settings": {"SESSION_SECONDS": 60}}, "settings.SESSION_SECONDS: is not of type string"),
    ({"settings": []}, "settings: is not an object"),
    ({"origins": "https://example.com"}, "origins: is not a list"),
    ({"origins": [1]}, "origins[0]: is not of type string"),
    ({"memoryMB": 1024}, "memoryMB: is not one of 512, 2048, 4096"),
    ({"memoryMB": "2048"}, "memoryMB: is not one of 512, 2048, 4096"),
    ({"principalType": "Robot"}, "principalType: is not one of User, ServicePrincipal, Group"),
    ({"frontDoor": "true"}, "frontDoor: is not of type bool"),
    ({"logDays": True}, "logDays: is not of type int"),
    ({"logDays": 29}, "logDays: minValue is 30"),
    ({"logDays": 731}, "logDays: maxValue is 730"),
    ({"environmentName": ""}, "environmentName: minLength is 1"),
    ({"environmentName": "a" * 41}, "environmentName: maxLength is 40"),
    ({"alertAddress": "no"}, "alertAddress: minLength is 4"),
    ({"alertEmails": [f"{'a' * 53}@example.com"]}, "alertEmails[0]: maxLength is 64"),
    ({"customRole": True}, "customRole: there is no such parameter"),
    ({"accessProfiles": [{"name": "sql"}]}, "accessProfiles[0].subjects: is missing"),
    ({"accessProfiles": [profile("sql")]}, "accessProfiles[0].subjects: minLength is 1"),
    ({"accessProfiles": [profile("", ADA)]}, "accessProfiles[0].name: minLength is 1"),
    ({"accessProfiles": [profile("a" * 91, ADA)]}, "accessProfiles[0].name: maxLength is 90"),
    ({"accessProfiles": [profile("sql", *FULL)]}, "accessProfiles[0].subjects: maxLength is 20"),
    (
        {"accessProfiles": [profile("sql", {"name": "ada"})]},
        "accessProfiles[0].subjects[0].subject: is missing",
    ),
    (
        {"accessProfiles": [profile("sql", ADA | {"name": "al"})]},
        "accessProfiles[0].subjects[0].name: minLength is 3",
    ),
    (
        {"accessProfiles": [profile("sql", ADA | {"subject": "a" * 601})]},
        "accessProfiles[0].subjects[0].subject: maxLength is 600",
    ),
    (
        {"accessProfiles": [profile("sql", ADA | {"subjct": "a"})]},
        "accessProfiles[0].subjects[0].subjct: there is no such property",
    ),
    (
        {"accessProfiles": [profile("sql", ADA) | {"roles": []}]},
        "accessProfiles[0].roles: there is no such property",
    ),
]


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_values_of_the_documented_parameters_have_their_types(name: str) -> None:
    assert refusals(read(MAIN), parameters(name)) == []


@pytest.mark.parametrize(("changed", "refusal"), WRONG)
def test_a_value_of_another_type_is_refused(changed: dict[str, Any], refusal: str) -> None:
    assert refusals(read(MAIN), parameters("production") | changed) == [refusal]


def test_a_parameter_without_a_default_is_required() -> None:
    given = parameters("production")
    del given["alertAddress"]
    assert refusals(read(MAIN), given) == ["alertAddress: is missing"]


def test_no_parameter_accepts_any_list_or_object() -> None:
    """Azure checks nothing in a plain array or object."""
    untyped = {
        f"{path.name} {name}"
        for path in paths()
        for name, each in read(path).parameters.items()
        if each.type in {"array", "object"}
    }
    assert untyped == set()


def test_a_module_that_gets_a_value_of_another_type_is_found(tmp_path: Path) -> None:
    (tmp_path / "module.bicep").write_text("param names string[]\noutput first string = names[0]\n")
    main = tmp_path / "main.bicep"
    main.write_text("module m 'module.bicep' = { params: { names: 'a' } }\n")
    with pytest.raises(AssertionError, match="names: is not a list"):
        assert deploy({}, main).resources
