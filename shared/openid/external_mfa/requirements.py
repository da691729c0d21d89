"""What Entra requires of the second factor, and what is true of a passkey.

Entra compares the type of the method with the `acr`: `fido` and `pop` are possession. It wants one
method only, of those that it asked for. Each method and class here is true of a signature by a
passkey for which the authenticator verified the person. What would need a trusted attestation is
never said: `hwk`, and likewise `swk`, as a key may well be in hardware. Nor is it known how the
authenticator recognised the person, by a PIN, a finger or a face.
"""

from dataclasses import dataclass

from shared.json_shape import Shape, parse_object

METHODS = ("fido", "pop")
"""The values of `amr` that are true, the most exact first."""
ACR_VALUES = (
    "possessionorinherence",
    "knowledgeorpossession",
    "knowledgeorpossessionorinherence",
    "possession",
)
"""The values of `acr` that possession meets."""
_MOST_VALUES, _LONGEST_VALUE = 50, 64


class Unmet(ValueError):
    """No answer would be true and also what Entra asked for."""


@dataclass(frozen=True, slots=True)
class Requirements:
    """What an answer says: one class and one method."""

    acr: str
    amr: str


def choose(claims: str) -> Requirements:
    """`claims` is the parameter of the request (OpenID Connect Core section 5.5). Raise Unmet, or
    ValueError or MalformedRequest if it is not as it should be."""
    wanted = Shape(parse_object(claims.encode())).inner("id_token")
    acr = _first_of(ACR_VALUES, _values(wanted.inner("acr")), keep_order_of_asked=True)
    amr = _first_of(METHODS, _values(wanted.inner("amr")))
    return Requirements(acr=acr, amr=amr)


def _values(claim: Shape) -> tuple[str, ...]:
    one = claim.optional_text("value", limit=_LONGEST_VALUE)
    values = claim.optional_texts("values", limit=_MOST_VALUES, each=_LONGEST_VALUE)
    return values if one is None else (one, *values)


def _first_of(
    true: tuple[str, ...], asked: tuple[str, ...], *, keep_order_of_asked: bool = False
) -> str:
    preferred, others = (asked, true) if keep_order_of_asked else (true, asked)
    for value in preferred:
        if value in others:
            return value
    raise Unmet
