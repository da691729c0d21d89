"""A sign-in in the browser of this machine."""

import os
import sys
import webbrowser
from collections.abc import Mapping

from touchstone.console import Console
from touchstone.failures import Failure, NotSignedIn, Refused
from touchstone.service.refusals import demand
from touchstone.service.service import CLIENT_ID, Service
from touchstone.sign_in.loopback import Loopback
from touchstone.sign_in.request import Asked, Wanted
from touchstone.sign_in.result import SignedIn, read_tokens

_SECONDS = 300
"""As long as our page takes the request."""


def has_browser(environment: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether a person sees what a browser of this machine shows. Over SSH it would be shown
    somewhere else, if at all."""
    if environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"):
        return False
    if environment.get("BROWSER"):
        return True
    if platform in ("win32", "darwin"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def open_page(address: str) -> bool:
    """Whether there is a browser to open it. What browsers print must not get among our output."""
    if not has_browser(os.environ):
        return False
    try:
        return webbrowser.open(address)
    except webbrowser.Error:
        return False


def sign_in(service: Service, wanted: Wanted, console: Console) -> SignedIn:
    """Raises Failure."""
    asked = Asked(wanted=wanted)
    loopback = Loopback(asked.state)
    with loopback.listening() as redirect_uri:
        address = _push(service, asked, redirect_uri)
        opened = open_page(address)
        console.say("Your browser opens, to sign in. If not, open:" if opened else "Open:")
        console.say(address)
        answer = loopback.wait(_SECONDS)
    return _redeem(service, asked, answer, redirect_uri)


def _push(service: Service, asked: Asked, redirect_uri: str) -> str:
    """The request goes to the service itself (RFC 9126), so the address for the browser is short,
    and what is wrong with it is told here."""
    fields = asked.fields(redirect_uri=redirect_uri, thumbprint=service.key.thumbprint)
    said = demand(service.post_form("/par", fields)).json
    uri = str(said["request_uri"])
    return f"{service.issuer}/authorize?client_id={CLIENT_ID}&request_uri={uri}"


def _redeem(
    service: Service, asked: Asked, answer: Mapping[str, str], redirect_uri: str
) -> SignedIn:
    if answer.get("iss") != service.issuer:  # RFC 9207
        raise Refused("The answer to the sign-in is of another service.")
    if "code" not in answer:
        raise _refusal(answer)
    fields = {
        "grant_type": "authorization_code",
        "code": answer["code"],
        "redirect_uri": redirect_uri,
        "code_verifier": asked.verifier,
    }
    said = demand(service.post_form("/token", fields)).json
    return read_tokens(said, issuer=service.issuer, nonce=asked.nonce)


def _refusal(answer: Mapping[str, str]) -> Failure:
    if answer.get("error") == "access_denied":
        return Refused("The sign-in was cancelled.", members={"reason": "access_denied"})
    text = answer.get("error_description") or answer.get("error") or "no reason"
    return NotSignedIn(f"The sign-in did not work: {text}")
