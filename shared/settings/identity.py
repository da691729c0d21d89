"""The service's identity for the Azure services that it uses."""

from dataclasses import dataclass

from shared.environment import Values


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentitySettings:
    client_id: str | None = None
    """The client ID of the user-assigned managed identity; None for a system-assigned one."""
    credentials: str | None = None
    """For commands on an operator's machine, where there is no managed identity: the credentials of
    the Azure SDK to use instead, such as `AzureCliCredential`."""


def read_identity(values: Values) -> IdentitySettings:
    return IdentitySettings(
        client_id=values.optional_text("AZURE_CLIENT_ID"),
        credentials=values.optional_text("AZURE_TOKEN_CREDENTIALS"),
    )
