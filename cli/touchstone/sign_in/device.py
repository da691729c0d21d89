"""A sign-in on another device: a person types a code there (RFC 8628)."""

import time

from touchstone.console import Console
from touchstone.failures import NotSignedIn, Refused, Unavailable
from touchstone.service.refusals import demand, failure_of
from touchstone.service.service import Service
from touchstone.sign_in.request import SCOPE
from touchstone.sign_in.result import SignedIn, read_tokens

_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_SLOWER = 5
"""In seconds, at each answer `slow_down`."""


def sign_in(service: Service, console: Console) -> SignedIn:
    """Each approval is a gesture of that moment. Raises Failure."""
    said = demand(service.post_form("/device_authorization", {"scope": SCOPE})).json
    console.say(f"On any device, open  {console.stress(str(said['verification_uri']))}")
    console.say(f"and type the code    {console.stress(str(said['user_code']))}")
    interval, seconds = float(said.get("interval", _SLOWER)), float(said["expires_in"])
    end = time.monotonic() + seconds
    fields = {"grant_type": _GRANT, "device_code": str(said["device_code"])}
    while time.monotonic() < end:
        time.sleep(interval)
        try:
            answer = service.post_form("/token", fields)
        except Unavailable:  # the network may come back
            continue
        error = answer.json.get("error")
        if answer.is_good:
            return read_tokens(answer.json, issuer=service.issuer, nonce=None)
        if error == "slow_down":
            interval += _SLOWER
        elif error == "access_denied":
            raise Refused("The sign-in was rejected.", members={"reason": "access_denied"})
        elif error == "expired_token":
            break
        elif error != "authorization_pending" and answer.status < 500:
            raise failure_of(answer)
    raise NotSignedIn("Nobody typed the code in time.", to_do="Run the command again.")
