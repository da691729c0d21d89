"""A credential as its authenticator holds it."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.authenticator import base64url, keys
from tests.authenticator.keys import SigningKey
from tests.authenticator.refusals import NotSupportedError

_DEFAULT_ALGORITHMS = (keys.ES256, keys.RS256)
"""What an empty pubKeyCredParams asks for (L3 §5.1.3 step 10)."""


@dataclass(kw_only=True, slots=True)
class Credential:
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: SigningKey
    user_handle: bytes
    discoverable: bool
    sign_count: int = 0


def descriptor_ids(descriptors: list[Mapping[str, Any]] | None) -> set[bytes]:
    return {base64url.decode(descriptor["id"]) for descriptor in descriptors or ()}


def asks_for_discoverable(options: Mapping[str, Any]) -> bool:
    selection = options.get("authenticatorSelection") or {}
    if "residentKey" in selection:
        return bool(selection["residentKey"] != "discouraged")
    return bool(selection.get("requireResidentKey"))


def choose_algorithm(options: Mapping[str, Any], wished: int) -> int:
    """The wished algorithm if it is offered, or else the first offered that is known."""
    offered = [parameters["alg"] for parameters in options["pubKeyCredParams"]]
    known = [alg for alg in offered or _DEFAULT_ALGORITHMS if keys.supports(alg)]
    if not known:
        raise NotSupportedError(f"none of {offered} is known")
    return wished if wished in known else known[0]
