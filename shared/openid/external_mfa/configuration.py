"""Which Entra asks, as which client, and for whose people."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

CLOUDS: Mapping[str, str] = {
    "public": "https://login.microsoftonline.com",
    "usgov": "https://login.microsoftonline.us",
    "china": "https://login.partner.microsoftonline.cn",
}
"""The origin of each of Microsoft's clouds."""

TENANT_PLACEHOLDER = "{tenantid}"
"""As in the issuer of the cloud's discovery document."""

PATH = "/entra"
"""Everything for Entra is below this path, and so is the issuer: what is issued there is an answer
to Entra, and no token of the service itself."""


is_guid = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch
"""As hints of Entra have them, in lower case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalMfa:
    issuer: str
    client_id: str
    """Entra's client ID: the application ID of our registration in its directory."""
    tenants: tuple[str, ...]
    login: str
    """The origin of the cloud's sign-in pages."""
    self_linking: bool
    """Whether people may link their user of Entra to their account here."""

    @property
    def redirect_uri(self) -> str:
        """The only address that gets answers."""
        return f"{self.login}/common/federation/externalauthprovider"

    @property
    def discovery_address(self) -> str:
        """Of the cloud's own discovery document, which leads to its keys."""
        return f"{self.login}/common/v2.0/.well-known/openid-configuration"

    @property
    def hint_issuer(self) -> str:
        """As that document has it, with a place for the tenant."""
        return f"{self.login}/{TENANT_PLACEHOLDER}/v2.0"

    def subject_of(self, tenant: str, object_id: str) -> str:
        """The subject of a link, as the API and `subject_key` write it."""
        return f"{tenant}/{object_id}"

    def can_name(self, subject: str) -> bool:
        """Whether a hint may name this subject."""
        tenant, _, object_id = subject.partition("/")
        return tenant in self.tenants and is_guid(object_id) is not None
