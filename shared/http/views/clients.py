"""Clients of the OpenID provider, without their secrets."""

from typing import Any

from shared.http.instants import timestamp
from shared.openid.clients.client import Client, HashedSecret, Secrets
from shared.openid.clients.documents import write_client


def show_client(shown: Client) -> dict[str, Any]:
    """`client` is what PUT takes; the rest is of the service."""
    proof = shown.authentication
    hashed = proof.hashed if isinstance(proof, Secrets) else ()
    return {
        "client": write_client(shown),
        "fromSettings": shown.from_settings,
        "secrets": [show_client_secret(each) for each in hashed],
    }


def show_client_secret(shown: HashedSecret) -> dict[str, str]:
    moments = {"createdAt": shown.made_at, "expiresAt": shown.expires_at}
    return {"id": shown.id} | {
        name: timestamp(moment) for name, moment in moments.items() if moment is not None
    }
