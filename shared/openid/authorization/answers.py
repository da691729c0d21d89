"""Answers to authorization requests: parameters for the client, in an address or in a form."""

import html
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from shared.errors import AuthorizationDenied
from shared.openid.authorization.request import ResponseMode, ReturnAddress


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    redirect_uri: str
    mode: ResponseMode
    parameters: Mapping[str, str]

    @property
    def location(self) -> str:
        """The address with the parameters (RFC 6749 section 4.1.2). A query that is registered as
        a part of the redirect URI stays."""
        joint = "&" if urlsplit(self.redirect_uri).query else "?"
        bare = self.redirect_uri.removesuffix("?")
        return f"{bare}{joint}{urlencode(self.parameters)}"

    @property
    def origin(self) -> str:
        """For the page that sends the form: it may send it there, and nowhere else."""
        parts = urlsplit(self.redirect_uri)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


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


def form_page(answer: Answer, *, template: str) -> str:
    """The page that sends the answer as a form (OAuth 2.0 Form Post Response Mode)."""
    fields = "".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
        for name, value in answer.parameters.items()
    )
    action = html.escape(answer.redirect_uri)
    # In this order: a field may have the text of the other place in it, an address may not.
    return template.replace("{action}", action).replace("<!-- fields -->", fields)
