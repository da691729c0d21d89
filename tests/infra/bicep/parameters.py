"""The parameters of environments, as azd fills them in, and of one with everything switched on."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from tests.infra.bicep import azd
from tests.infra.bicep.deployment import Deployment, deploy
from tests.infra.bicep.syntax import INFRA, MAIN, read

FILE = INFRA / "main.parameters.json"
PRODUCTION = INFRA / "production.env"
DEPLOYER = "11111111-2222-3333-4444-555555555555"
# What azd knows by itself.
AZD = {
    "AZURE_ENV_NAME": "test",
    "AZURE_LOCATION": "westeurope",
    "AZURE_PRINCIPAL_ID": DEPLOYER,
}
ENVIRONMENTS = ("development", "production")
EVERYTHING = "everything"
DEPLOYMENTS = (*ENVIRONMENTS, EVERYTHING)
_SWITCHED_ON = {
    "sentinel": True,
    "customRoles": True,
    "clientCa": "vault",
    "origins": ["https://login.example.com", "https://app.example.com"],
    "deployerAddresses": ["192.0.2.0/24"],
    "alertEmails": ["somebody@example.com"],
    "urgentAddress": "on-call@example.com",
    "runbooksUrl": "https://wiki.example.com/runbooks",
    "accessProfiles": [
        {
            "name": "sql-readers",
            "subjects": [{"name": "ada", "subject": "a"}, {"name": "bob", "subject": "b"}],
        },
        {"name": "restore", "subjects": [{"name": "ada", "subject": "a"}]},
    ],
}

type Parameters = dict[str, Any]


def set_by_hand(name: str) -> dict[str, str]:
    """What an operator sets with `azd env set`."""
    if name == "development":
        return {"TOUCHSTONE_ALERT_ADDRESS": "none"}
    return production() | {
        "TOUCHSTONE_ALERT_ADDRESS": "ops@example.com",
        "TOUCHSTONE_DOMAIN": "login.example.com",
        "TOUCHSTONE_RP_ID": "example.com",
    }


def production() -> dict[str, str]:
    lines = PRODUCTION.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if not line.startswith("#"))


def parameters(name: str) -> Parameters:
    if name == EVERYTHING:
        return parameters("production") | _SWITCHED_ON
    return filled_in(AZD | set_by_hand(name))


def filled_in(environment: Mapping[str, str]) -> Parameters:
    """Without those that azd leaves out."""
    asked = read(MAIN).parameters
    filled = {
        name: azd.value(text, azd.kind(asked[name].type), environment)
        for name, text in written().items()
    }
    return {name: each for name, each in filled.items() if each is not None}


def written() -> dict[str, str]:
    parameters = json.loads(FILE.read_text(encoding="utf-8"))["parameters"]
    return {name: each["value"] for name, each in parameters.items()}


@cache
def deployed(name: str) -> Deployment:
    return deploy(parameters(name))
