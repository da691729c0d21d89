"""The parameter files, as azd fills them in, and a deployment with everything switched on."""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from tests.infra.bicep.deployment import Deployment, deploy
from tests.infra.bicep.syntax import INFRA

# What azd knows by itself.
AZD = {
    "AZURE_ENV_NAME": "test",
    "AZURE_LOCATION": "westeurope",
    "AZURE_PRINCIPAL_ID": "deployer",
}
# What an operator sets with `azd env set`.
SET_BY_HAND = {
    "development": {"TOUCHSTONE_ALERT_ADDRESS": "none"},
    "production": {
        "TOUCHSTONE_ALERT_ADDRESS": "ops@example.com",
        "TOUCHSTONE_DOMAIN": "login.example.com",
        "TOUCHSTONE_RP_ID": "example.com",
    },
}
FILES = {"development": "main.parameters.json", "production": "production.parameters.json"}
EVERYTHING = "everything"
DEPLOYMENTS = (*FILES, EVERYTHING)
_PLACE = re.compile(r"\$\{(\w+)(?:=([^}]*))?\}")
_SWITCHED_ON = {
    "sentinel": True,
    "customRoles": True,
    "origins": ["https://login.example.com", "https://app.example.com"],
    "deployerAddresses": ["192.0.2.0/24"],
    "alertEmails": ["somebody@example.com"],
    "accessProfiles": [
        {
            "name": "sql-readers",
            "subjects": [{"name": "ada", "subject": "a"}, {"name": "bob", "subject": "b"}],
        },
        {"name": "restore", "subjects": [{"name": "ada", "subject": "a"}]},
    ],
}

type Parameters = dict[str, Any]


def parameters(name: str) -> Parameters:
    if name == EVERYTHING:
        return parameters("production") | _SWITCHED_ON
    return filled_in(name, AZD | SET_BY_HAND[name])


def filled_in(name: str, environment: Mapping[str, str]) -> Parameters:
    text = (INFRA / FILES[name]).read_text()
    filled = _PLACE.sub(lambda found: environment.get(found[1], found[2] or ""), text)
    return {key: each["value"] for key, each in json.loads(filled)["parameters"].items()}


@cache
def deployed(name: str) -> Deployment:
    return deploy(parameters(name))
