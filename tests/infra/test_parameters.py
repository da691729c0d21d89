"""One file of parameters for all environments: azd carries each value with its type, and what azd
would lose is refused before it runs.
"""

import json
import os
import re
import subprocess
from collections.abc import Mapping

import pytest
import yaml

from devhost.process import REPOSITORY
from tests.infra import powershell
from tests.infra.bicep import azd
from tests.infra.bicep.parameters import (
    AZD,
    ENVIRONMENTS,
    FILE,
    PRODUCTION,
    filled_in,
    production,
    set_by_hand,
    written,
)
from tests.infra.bicep.syntax import INFRA, MAIN, read, text

HOOKS = INFRA / "hooks"
FIRST_WITH_LISTS = (1, 23, 4)
# Named before the others, or by azd.
NAMES = {
    "environmentName": "AZURE_ENV_NAME",
    "location": "AZURE_LOCATION",
    "principalId": "AZURE_PRINCIPAL_ID",
    "principalType": "AZURE_PRINCIPAL_TYPE",
    "customDomain": "TOUCHSTONE_DOMAIN",
}
LOOKS = {"bool": "true|false", "int": "[0-9]+", "array": r"\[\]", "object": "null"}
EVERY_TYPE = {
    "TOUCHSTONE_FRONT_DOOR": "true",
    "TOUCHSTONE_LOG_DAYS": "400",
    "TOUCHSTONE_ORIGINS": '["https://a.example.com", "https://b.example.com"]',
    "TOUCHSTONE_SETTINGS": '{\n  "RATE_LIMITS": "{\\"verification.address\\": \\"1/1\\"}"\n}',
    "TOUCHSTONE_RP_NAME": "Caf\N{LATIN SMALL LETTER E WITH ACUTE} & <Co> ${x} }",
}


def fill_in(environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    files = ("parameters.awk", "../main.bicep", "../main.parameters.json")
    command = ["awk", "-f", *(str(HOOKS / each) for each in files)]
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **environment}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_each_parameter_is_one_line_whose_default_shows_its_type() -> None:
    asked = read(MAIN).parameters
    assert written().keys() == asked.keys()
    for name, parameter in asked.items():
        variable = NAMES.get(name, "TOUCHSTONE_" + _in_capitals(name))
        look = LOOKS.get(azd.kind(parameter.type), r'(?!(?:true|false|null|[0-9]+)\}|[\[{])[^"}]*')
        line = rf'^    "{name}": \{{ "value": "\$\{{{variable}(=(?:{look}))?\}}" \}},?$'
        found = re.search(line, FILE.read_text(encoding="utf-8"), re.MULTILINE)
        assert found is not None, name
        # azd passes on no empty text unless the default of the template is another.
        if found[1] is None and parameter.default is not None:
            assert text(parameter.default) == "''"


def _in_capitals(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).upper()


def test_no_output_replaces_a_value_that_an_operator_sets() -> None:
    """azd keeps both in one environment."""
    variables = set(re.findall(r"\$\{(\w+)", FILE.read_text(encoding="utf-8")))
    assert variables & read(MAIN).outputs.keys() == {"AZURE_LOCATION"}


def test_azd_carries_a_value_of_each_type() -> None:
    given = filled_in(AZD | EVERY_TYPE)
    assert given["frontDoor"] is True
    assert given["logDays"] == 400
    assert given["origins"] == ["https://a.example.com", "https://b.example.com"]
    assert given["settings"] == {"RATE_LIMITS": '{"verification.address": "1/1"}'}
    assert given["rpName"] == EVERY_TYPE["TOUCHSTONE_RP_NAME"]
    assert given["customRoles"] is False
    assert given["accessProfiles"] == []
    assert "settings" not in filled_in(AZD)


@pytest.mark.parametrize("set_to", ["null", "[]", "0", '"x"'])
def test_a_default_of_braces_would_break_every_object_that_is_set(set_to: str) -> None:
    written = "${TOUCHSTONE_SETTINGS={}}"
    assert azd.value(written, "object", {}) == {}
    with pytest.raises(json.JSONDecodeError):
        azd.value(written, "object", {"TOUCHSTONE_SETTINGS": set_to})


def test_a_variable_that_is_set_to_nothing_counts_as_not_set() -> None:
    """As a workflow sets those that a repository does not have."""
    nothing = dict.fromkeys(re.findall(r"\$\{(TOUCHSTONE_\w+)", FILE.read_text("utf-8")), "")
    assert filled_in(AZD | nothing) == filled_in(AZD)


def test_production_differs_from_development_in_each_of_its_values() -> None:
    names = {place[2:-1].split("=")[0]: name for name, place in written().items()}
    development = filled_in(AZD)
    in_production = filled_in(AZD | production())
    for variable in production():
        assert in_production[names[variable]] != development[names[variable]]
    assert not [name for name in production() if name not in names]


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_without_azd_the_same_values_are_filled_in(name: str) -> None:
    environment = AZD | set_by_hand(name)
    assert _given(environment) == filled_in(environment)


def test_without_azd_values_of_each_type_are_filled_in() -> None:
    assert _given(AZD | EVERY_TYPE) == filled_in(AZD | EVERY_TYPE)


def _given(environment: Mapping[str, str]) -> dict[str, object]:
    ran = fill_in(environment)
    assert (ran.returncode, ran.stderr) == (0, "")
    parameters = json.loads(ran.stdout)["parameters"]
    return {name: each["value"] for name, each in parameters.items()}


def test_a_shell_reads_the_values_for_production_as_azd_does() -> None:
    command = f"set -a; . {PRODUCTION}; env"
    shell = ["/bin/sh", "-c", command]
    ran = subprocess.run(shell, env={}, capture_output=True, text=True, check=True)
    read_by_shell = dict(line.split("=", 1) for line in ran.stdout.splitlines())
    assert production().items() <= read_by_shell.items()


FAULTS = {
    "TOUCHSTONE_PRIVATE_NETWORK": ("yes", "write true or false"),
    "TOUCHSTONE_ZONE_REDUNDANT": ("True", "write true or false"),
    "TOUCHSTONE_LOG_DAYS": ("a year", "write a whole number"),
    "TOUCHSTONE_ALERT_EMAILS": ("ops@example.com", "write a list in JSON"),
    "TOUCHSTONE_SETTINGS": ("REGISTRATION=open", "write an object in JSON"),
    "TOUCHSTONE_RP_NAME": ('The "Bank"', "it must have no quotation mark and no backslash"),
    "TOUCHSTONE_PRIVATENETWORK": (
        "true",
        "no parameter has this name; correct it, or set it to nothing",
    ),
}


@pytest.mark.parametrize("variable", FAULTS)
def test_a_value_that_azd_would_lose_is_refused(variable: str) -> None:
    value, why = FAULTS[variable]
    ran = fill_in(AZD | {variable: value})
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == f"{variable}: {why}\n"


@pytest.mark.parametrize(
    ("variable", "without_marks", "why"),
    [
        ("TOUCHSTONE_ORIGINS", "[https://example.com]", "write a list in JSON"),
        ("TOUCHSTONE_ACCESS_PROFILES", "[{name: vm, subjects: []}]", "write a list in JSON"),
        ("TOUCHSTONE_SETTINGS", "{REGISTRATION: open}", "write an object in JSON"),
    ],
)
def test_json_that_lost_its_quotation_marks_is_refused(
    variable: str, without_marks: str, why: str
) -> None:
    """Windows PowerShell 5.1 drops them when it calls a program."""
    assert fill_in(AZD | {variable: without_marks}).stderr == f"{variable}: {why}\n"


@pytest.mark.parametrize(
    ("variable", "nothing"),
    [("TOUCHSTONE_ORIGINS", "[]"), ("TOUCHSTONE_ORIGINS", "[ ]"), ("TOUCHSTONE_SETTINGS", "{}")],
)
def test_an_empty_list_needs_no_quotation_marks(variable: str, nothing: str) -> None:
    ran = fill_in(AZD | {variable: nothing})
    assert (ran.returncode, ran.stderr) == (0, "")


def test_all_faults_are_told_at_once() -> None:
    ran = fill_in(AZD | {variable: value for variable, (value, _) in FAULTS.items()})
    assert {line.split(":")[0] for line in ran.stderr.splitlines()} == FAULTS.keys()


@pytest.mark.parametrize(("value", "lost"), [("yes", True), ("on", True), ("T", False)])
def test_azd_loses_a_switch_that_it_cannot_read(value: str, lost: bool) -> None:
    """Then the default of the template applies, without a word."""
    given = filled_in(AZD | {"TOUCHSTONE_PRIVATE_NETWORK": value})
    assert ("privateNetwork" not in given) is lost


def test_the_outputs_of_the_last_deployment_are_accepted() -> None:
    outputs = dict.fromkeys(read(MAIN).outputs, "of the last deployment")
    outputs |= {"TOUCHSTONE_LOCAL_BUILD": "true", "TOUCHSTONE_FRONT_DOOR": "true"}
    assert fill_in(AZD | outputs).returncode == 0


def test_front_door_is_not_removed_because_a_value_is_missing() -> None:
    """As after the change from an edited file of parameters to values in the environment."""
    had_one = AZD | {"TOUCHSTONE_EDGE_HOST": "x.azurefd.net"}
    why = "the last deployment had Front Door; write whether it stays"
    assert fill_in(had_one).stderr == f"TOUCHSTONE_FRONT_DOOR: {why}\n"
    assert fill_in(had_one | {"TOUCHSTONE_FRONT_DOOR": "false"}).returncode == 0
    assert why in (HOOKS / "parameters.ps1").read_text(encoding="utf-8")


def test_windows_refuses_the_same() -> None:
    script = (HOOKS / "parameters.ps1").read_bytes()
    assert powershell.is_well_formed(script)
    assert {why for _, why in FAULTS.values()} == {
        why for _, why in FAULTS.values() if why in script.decode()
    }


def test_the_hooks_read_no_value_that_would_be_refused() -> None:
    read_by_hooks = {
        name
        for path in HOOKS.iterdir()
        for name in re.findall(r"\bTOUCHSTONE_[A-Z_]*[A-Z]\b", path.read_text(encoding="utf-8"))
    }
    ran = fill_in(AZD | dict.fromkeys(read_by_hooks, "true"))
    assert "no parameter has this name" not in ran.stderr


def test_older_versions_of_azd_are_refused_which_carry_no_lists() -> None:
    project = yaml.safe_load((REPOSITORY / "azure.yaml").read_text(encoding="utf-8"))
    least = project["requiredVersions"]["azd"].removeprefix(">= ")
    assert tuple(int(each) for each in least.split(".")) == FIRST_WITH_LISTS
