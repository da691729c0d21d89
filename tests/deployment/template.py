"""What the templates make, and what they set, where anybody may register and Sentinel reads."""

import re
from collections.abc import Mapping
from functools import cache

from tests.infra.bicep.deployment import Deployment, deploy
from tests.infra.bicep.parameters import parameters

_TRIED_OUT = {"settings": {"REGISTRATION": "open"}, "sentinel": True}
# An evaluated template has the resource's ID in place of a value that only Azure knows.
_UNKNOWN = r"Microsoft\.\w+(?:/[\w-]+)+\.({})"


@cache
def deployment() -> Deployment:
    return deploy(parameters("development") | _TRIED_OUT)


def app_settings() -> dict[str, str]:
    (settings,) = deployment().properties("Microsoft.Web/sites/config")
    return {name: str(value) for name, value in settings.items()}


def filled_in(settings: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    """With the values that Azure would know, each by the end of its place-holder."""
    unknown = re.compile(_UNKNOWN.format("|".join(map(re.escape, known))))
    return {
        name: unknown.sub(lambda found: known[found[1]], value) for name, value in settings.items()
    }


def table_names() -> set[str]:
    tables = deployment().of_type("Microsoft.Storage/storageAccounts/tableServices/tables")
    return {each.name for each in tables}


def streams() -> dict[str, set[str]]:
    """Of the data collection rule, each with its columns."""
    rules = deployment().of_type("Microsoft.Insights/dataCollectionRules")
    (rule,) = (each.body["properties"] for each in rules if each.body["kind"] == "Direct")
    return {
        name: {column["name"] for column in stream["columns"]}
        for name, stream in rule["streamDeclarations"].items()
    }
