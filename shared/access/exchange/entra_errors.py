"""What Entra answers in place of a token, by the numbers of its errors.

Microsoft changes texts and adds numbers, so only numbers are read, and there is a default.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Advice:
    text: str
    may_pass: bool = False
    """Whether the same request may get a token seconds later."""


class EntraFault(Enum):
    NOT_TRUSTED_YET = Advice(
        "Entra has no federated credential for this issuer. A new one takes minutes to spread; "
        "if this lasts, compare its issuer with ISSUER.",
        may_pass=True,
    )
    SUBJECT = Advice(
        "The identity of the profile has no federated credential with the subject of this profile."
    )
    AUDIENCE = Advice("The federated credential has another audience.")
    LETTER_CASE = Advice(
        "The federated credential differs from this issuer or subject in upper and lower case only."
    )
    TIME = Advice("Entra says that the assertion is not valid now. Compare clocks.")
    SIGNATURE = Advice(
        "Entra does not verify the assertion. Its copy of the issuer's keys may be old, or it "
        "cannot read them at the issuer's address."
    )
    APPLICATION = Advice("The tenant does not know the client ID of the profile.")
    TENANT = Advice("Entra does not know the tenant of the profile.")
    RESOURCE = Advice("The tenant does not know the resource of the profile's scope.")
    SCOPE = Advice("The profile's scope is none that Entra gives to an application.")
    AGENT = Advice("The profile's agent is no agent identity of its blueprint.")
    BLOCKED = Advice("A policy of the tenant, such as Conditional Access, blocks the identity.")
    THROTTLED = Advice("Entra limits the requests for this identity.", may_pass=True)
    UNAVAILABLE = Advice("Entra does not answer, or not as expected.", may_pass=True)
    OTHER = Advice(
        "Entra refuses the request. Look its number up at https://login.microsoftonline.com/error."
    )

    @property
    def text(self) -> str:
        return self.value.text

    @property
    def may_pass(self) -> bool:
        return self.value.may_pass


_NUMBERS: Mapping[int, EntraFault] = {
    70021: EntraFault.NOT_TRUSTED_YET,
    700211: EntraFault.NOT_TRUSTED_YET,
    700213: EntraFault.SUBJECT,
    700212: EntraFault.AUDIENCE,
    7002138: EntraFault.LETTER_CASE,
    700024: EntraFault.TIME,
    50013: EntraFault.SIGNATURE,
    50027: EntraFault.SIGNATURE,
    50166: EntraFault.SIGNATURE,
    700027: EntraFault.SIGNATURE,
    700016: EntraFault.APPLICATION,
    700222: EntraFault.AGENT,
    90002: EntraFault.TENANT,
    90038: EntraFault.TENANT,
    500011: EntraFault.RESOURCE,
    70011: EntraFault.SCOPE,
    1002012: EntraFault.SCOPE,
    82001: EntraFault.AGENT,
    53003: EntraFault.BLOCKED,
    7000112: EntraFault.BLOCKED,
    50196: EntraFault.THROTTLED,
    90055: EntraFault.THROTTLED,
    90024: EntraFault.UNAVAILABLE,
    90033: EntraFault.UNAVAILABLE,
}
_TOO_MANY, _SERVER_ERROR = 429, 500
_LONGEST = 6
"""A number of seconds, in digits."""


@dataclass(frozen=True, slots=True)
class Failure:
    fault: EntraFault
    number: int | None = None
    """Of Entra's error: 700213 for AADSTS700213."""
    trace_id: str | None = None
    """By which Entra's logs and Microsoft's support find the request."""
    retry_after: int | None = None
    """In seconds."""


class EntraRefused(Exception):
    """Entra gave no token. Nothing of its text is kept: it repeats the subject."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.fault.name, failure.number)
        self.failure = failure


def read_failure(
    status: int, body: Mapping[str, object], *, retry_after: str | None = None
) -> Failure:
    number = _number_in(body.get("error_codes"))
    trace_id = body.get("trace_id")
    return Failure(
        fault=_fault_of(status, number),
        number=number,
        trace_id=trace_id if isinstance(trace_id, str) else None,
        retry_after=_seconds(retry_after),
    )


def _number_in(codes: object) -> int | None:
    """The first is the error's own."""
    first = codes[0] if isinstance(codes, Sequence) and codes else None
    return first if isinstance(first, int) else None


def _fault_of(status: int, number: int | None) -> EntraFault:
    if status == _TOO_MANY:
        return EntraFault.THROTTLED
    if number is not None and number in _NUMBERS:
        return _NUMBERS[number]
    return EntraFault.UNAVAILABLE if status >= _SERVER_ERROR else EntraFault.OTHER


def _seconds(text: str | None) -> int | None:
    is_number = text is not None and text.isascii() and text.isdigit() and len(text) < _LONGEST
    return int(text) if is_number and text is not None else None
