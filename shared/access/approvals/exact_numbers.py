"""Numbers that reach all readers as they were written.

JSON has numbers of any length, and readers round them. What is signed must be what was sent, so a
number that would change is refused. Pure.
"""

import json
from decimal import Decimal, InvalidOperation

from shared.errors import MalformedRequest


def check_numbers(body: bytes) -> None:
    """Of a body that was read as JSON before. Raise MalformedRequest."""
    json.loads(body, parse_float=_check_float)


def _check_float(text: str) -> float:
    number = float(text)
    try:
        if Decimal(text) == Decimal(repr(number)):
            return number
    except InvalidOperation:
        pass
    raise MalformedRequest("A number has more digits than JSON readers keep: write it as a text.")
