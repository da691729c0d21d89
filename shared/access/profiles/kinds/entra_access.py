"""Tokens of Entra for an identity that accepts our assertions."""

from collections.abc import Mapping
from typing import Any

from shared.access.profiles.json_schemas import ValueFault
from shared.access.profiles.profile import EntraAccess, EntraIdentity, Kind

SCOPES: Mapping[Kind, str] = {
    Kind.AZURE_SQL: "https://database.windows.net/.default",
    Kind.AZURE_POSTGRESQL: "https://ossrdbms-aad.database.windows.net/.default",
    Kind.AZURE_RESOURCE_MANAGER: "https://management.azure.com/.default",
    Kind.AZURE_STORAGE: "https://storage.azure.com/.default",
}
_OF_ASSERTIONS = "azureadtokenexchange"
"""A token for this audience is itself an assertion, by which one becomes another identity."""


def read_entra_access(parameters: Mapping[str, Any], kind: Kind) -> EntraAccess:
    """Of parameters that match the schema. Raise ValueFault."""
    scope: str = SCOPES.get(kind) or parameters["scope"]
    if _OF_ASSERTIONS in scope.lower():
        raise ValueFault("scope", "must not be that of assertions")
    return EntraAccess(identity=read_identity(parameters), scope=scope)


def write_entra_access(access: EntraAccess, kind: Kind) -> dict[str, Any]:
    own = {} if kind in SCOPES else {"scope": access.scope}
    return write_identity(access.identity) | {"perPerson": access.identity.per_person} | own


def read_identity(parameters: Mapping[str, Any]) -> EntraIdentity:
    agent = parameters.get("agent")
    return EntraIdentity(
        tenant=parameters["tenant"].lower(),
        client_id=parameters["clientId"].lower(),
        per_person=parameters.get("perPerson", False),
        agent=None if agent is None else agent.lower(),
    )


def write_identity(identity: EntraIdentity) -> dict[str, Any]:
    written = {"tenant": identity.tenant, "clientId": identity.client_id}
    return written if identity.agent is None else written | {"agent": identity.agent}
