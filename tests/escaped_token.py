"""A token whose JSON has escapes where other libraries write the character, as .NET does with a
plus."""

import json
from collections.abc import Mapping

import jwt

from tests.authenticator import base64url


def sign_escaped(claims: Mapping[str, object], header: Mapping[str, object], key: object) -> str:
    segments = (json.dumps(part).replace("+", r"\u002B") for part in (header, claims))
    signed = ".".join(base64url.encode(text.encode()) for text in segments)
    algorithm = jwt.get_algorithm_by_name(str(header["alg"]))
    return f"{signed}.{base64url.encode(algorithm.sign(signed.encode(), key))}"
