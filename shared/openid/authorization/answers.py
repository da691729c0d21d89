"""Answers to authorization requests: parameters for the client, in an address or in a form."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from shared.errors import AuthorizationDenied
from shared.openid.authorization.request import ResponseMode, ReturnAddress
from shared.openid.authorization.request_format import pack, unpack
from shared.sealed import open_sealed, seal

ANSWER = "answer"
"""The kind of a sealed answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    redirect_uri: str
    mode: ResponseMode
    parameters: Mapping[str, str]

    @property
    def location(self) -> str:
        """The address with the parameters (RFC 6749 section 4.1.2)."""
        return with_parameters(self.redirect_uri, self.parameters)

    @property
    def form_target(self) -> str:
        """For the page that sends the form: it may send it to this origin, and to no other. The
        syntax of the policy has no addresses of IPv6, and only a person's own machine has one
        here."""
        parts = urlsplit(self.redirect_uri)
        host = parts.netloc.rpartition("@")[2]
        return f"{parts.scheme}:" if host.startswith("[") else f"{parts.scheme}://{host}"


def with_parameters(uri: str, parameters: Mapping[str, str]) -> str:
    """A query that is registered as a part of the URI stays."""
    joint = "&" if urlsplit(uri).query else "?"
    return f"{uri.removesuffix('?')}{joint}{urlencode(parameters)}"


def answer_with_code(to: ReturnAddress, code: str, *, issuer: str) -> Answer:
    return _answer(to, {"code": code}, issuer=issuer)


def answer_with_error(to: ReturnAddress, error: AuthorizationDenied, *, issuer: str) -> Answer:
    said = {"error": error.name, "error_description": error.description}
    return _answer(to, said, issuer=issuer)


def _answer(to: ReturnAddress, said: Mapping[str, str], *, issuer: str) -> Answer:
    """With the issuer, as the client may not know which provider answers (RFC 9207)."""
    state = {} if to.state is None else {"state": to.state}
    return Answer(
        redirect_uri=to.redirect_uri, mode=to.mode, parameters={**said, **state, "iss": issuer}
    )


def seal_answer(answer: Answer, *, expires_at: int, random: bytes, sealing_key: bytes) -> str:
    """For our page, which has it shown as a form by a page of its own."""
    content = pack({"to": answer.redirect_uri, "said": dict(answer.parameters)})
    return seal(ANSWER, content, expires_at=expires_at, random=random, sealing_key=sealing_key)


def open_answer(text: str, *, now: int, sealing_keys: Iterable[bytes]) -> Answer:
    """Raise SealInvalid."""
    members = unpack(open_sealed(ANSWER, text, now=now, sealing_keys=sealing_keys).content)
    return Answer(
        redirect_uri=members["to"], mode=ResponseMode.FORM_POST, parameters=members["said"]
    )
