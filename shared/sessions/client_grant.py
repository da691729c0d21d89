"""What a client got with offline access: a session of its own, which outlives the person's."""

import json
from dataclasses import dataclass

from shared import base64url
from shared.sessions.binding import Binding


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientGrant:
    client_id: str
    scope: tuple[str, ...]
    resources: tuple[str, ...]
    """Those that it named."""
    session_id: bytes
    """The person's session that it began in. The client knows it by its `sid`."""


def client_binding(client_id: str, thumbprint: str | None) -> Binding:
    """Its refresh tokens count for this client alone, and with a proof of this key if there is
    one."""
    # The key comes first: an ID may have any characters.
    return Binding(f"client:{thumbprint or ''}:{client_id}")


def write_grant(grant: ClientGrant) -> str:
    session = base64url.encode(grant.session_id)
    return json.dumps([grant.client_id, list(grant.scope), list(grant.resources), session])


def read_grant(text: str) -> ClientGrant:
    """Raise ValueError or TypeError for anything that `write_grant` did not write."""
    client_id, scope, resources, session = json.loads(text)
    return ClientGrant(
        client_id=client_id,
        scope=tuple(scope),
        resources=tuple(resources),
        session_id=base64url.decode(session),
    )
