"""What a token says that was verified before."""

from collections.abc import Mapping
from typing import Any

from shared import base64url
from shared.json_shape import parse_object


def said_claims(token: str) -> Mapping[str, Any]:
    """Of a signed JWT of ours. Nothing is verified here."""
    return parse_object(base64url.decode(token.split(".")[1]))
