"""The members of an entry that are special for Microsoft Entra ID."""

import re

from shared.identity_providers.provider import TENANT_PLACEHOLDER, Kind
from shared.identity_providers.settings.provider_entry import ProviderEntry

_GUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
is_guid = re.compile(_GUID).fullmatch
is_entra_issuer = re.compile(rf"https://[^/]+/({_GUID}|{{tenantid}})(?:/v2\.0|/)").fullmatch
_ENTRA_V1_HOST = "sts.windows.net"
_WELL_KNOWN = "/.well-known/openid-configuration"


def discovery_address(issuer: str) -> str:
    """Entra publishes version 1 and the tenants' common document under its other host name."""
    base = issuer.replace(TENANT_PLACEHOLDER, "common").rstrip("/")
    return base.replace(f"//{_ENTRA_V1_HOST}/", "//login.microsoftonline.com/") + _WELL_KNOWN


def read_tenants(entry: ProviderEntry, issuer: str, kind: Kind) -> tuple[str, ...]:
    found = is_entra_issuer(issuer)
    tenants = entry.texts("tenants")
    if kind is Kind.OIDC:
        if tenants or TENANT_PLACEHOLDER in issuer:
            entry.refuse("tenants", "are Entra's alone")
        return ()
    if found is None:
        entry.refuse("issuer", "is not one of Entra's: https://<host>/<tenant>/v2.0, or v1's")
    if found[1] != TENANT_PLACEHOLDER:
        if tenants not in ((), (found[1],)):
            entry.refuse("tenants", f"the issuer is that of one tenant, not {TENANT_PLACEHOLDER}")
        return (found[1],)
    if not tenants:
        entry.refuse("tenants", f"are required, as the issuer is {TENANT_PLACEHOLDER}'s")
    entry.each("tenants", tenants, is_guid)
    return tenants
