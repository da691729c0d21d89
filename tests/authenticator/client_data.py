"""Collected client data (L3 §5.8.1), honest but for the lies told."""

import json
from collections.abc import Mapping
from typing import Any

from tests.authenticator import base64url
from tests.authenticator.lies import ClientDataLies, Json, rewritten


def collect(kind: str, options: Mapping[str, Any], origin: str, lies: ClientDataLies) -> bytes:
    members = {
        "type": lies.get("type", kind),
        "challenge": base64url.as_json(lies.get("challenge", options["challenge"])),
        "origin": lies.get("origin", origin),
        "crossOrigin": lies.get("cross_origin", False),
    }
    if "top_origin" in lies:
        members["topOrigin"] = lies["top_origin"]
    members |= lies.get("client_data_extra", {})
    for name in lies.get("client_data_omit", ()):
        del members[name]
    pairs = list(members.items())
    if "duplicate_client_data_member" in lies:
        pairs.insert(0, lies["duplicate_client_data_member"])
    written = _object(pairs).encode(lies.get("client_data_encoding", "utf-8"))
    return rewritten(written, lies.get("client_data"))


def changed(client_data: bytes) -> bytes:
    """The same JSON in other bytes."""
    return client_data[:-1] + b" " + client_data[-1:]


def _object(pairs: list[tuple[str, Json]]) -> str:
    """An object with its members in order, duplicates included."""
    return "{" + ",".join(f"{_dump(name)}:{_dump(value)}" for name, value in pairs) + "}"


def _dump(value: Json) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
