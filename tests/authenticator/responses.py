"""The JSON a browser sends (L3 §5.1 toJSON), honest but for the lies told."""

from collections.abc import Mapping
from typing import Any

from tests.authenticator.base64url import as_json
from tests.authenticator.lies import EnvelopeLies, Json


def envelope(
    credential_id: bytes,
    response: Mapping[str, Json],
    *,
    attachment: str,
    extension_results: Mapping[str, Json],
    lies: EnvelopeLies,
) -> dict[str, Any]:
    message: dict[str, Any] = {
        "id": as_json(lies.get("id", credential_id)),
        "rawId": as_json(lies.get("raw_id", credential_id)),
        "type": lies.get("envelope_type", "public-key"),
        "authenticatorAttachment": lies.get("attachment", attachment),
        "clientExtensionResults": lies.get("client_extension_results", extension_results),
        "response": {name: as_json(value) for name, value in response.items()},
    }
    for path in lies.get("omit", ()):
        parent, name = _parent(message, path)
        del parent[name]
    for path, value in lies.get("replace", {}).items():
        parent, name = _parent(message, path)
        parent[name] = as_json(value)
    return message


def _parent(message: dict[str, Any], path: str) -> tuple[dict[str, Any], str]:
    *parents, name = path.split(".")
    for parent in parents:
        message = message[parent]
    return message, name
