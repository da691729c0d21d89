"""What our page has to show while a person signs in for a client."""

from typing import Any
from urllib.parse import urlsplit

from shared.openid_provider.authorization.continuing import ToDo


def authorization_step(found: ToDo) -> dict[str, Any]:
    return {
        "step": found.step.value,
        "client": {
            "name": found.client.name,
            "logo": found.client.logo,
            "leadsTo": place_of(found.redirect_uri),
        },
        "scope": list(found.scope),
        "resources": list(found.resources),
        "loginHint": found.login_hint,
        "username": found.username,
    }


def place_of(redirect_uri: str) -> str:
    """The host, or the app's own scheme. A person can compare that with what they expect."""
    parts = urlsplit(redirect_uri)
    return parts.netloc or f"{parts.scheme}:"
