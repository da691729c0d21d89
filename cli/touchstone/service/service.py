"""One service: its endpoints, asked with proofs of our key."""

import sys
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from touchstone.failures import Refused, Unavailable, WrongUsage
from touchstone.service.proof import ProofKey
from touchstone.service.web import Answer, Web

CLIENT_ID = "touchstone"
_WRONG_CLOCK = 30
"""In seconds."""
_CLOCK_TEXT = (
    "The clock of this machine is {minutes:.0f} minutes away from that of the service. Set it."
)


class Service:
    def __init__(self, issuer: str, key: ProofKey) -> None:
        self.issuer = issuer
        self.key = key
        self.seconds_ahead = 0.0
        """How far its clock is ahead of ours, once a proof was refused because of that."""
        self._web = Web(issuer)
        self._nonce: str | None = None

    def check_issuer(self) -> None:
        """Raises WrongUsage, Unavailable if nobody of that name is there."""
        answer = self._web.send("GET", f"{self.issuer}/.well-known/openid-configuration")
        said = answer.json.get("issuer")
        if not answer.is_good or not isinstance(said, str):
            raise Unavailable(
                f"{self.issuer} is no Touchstone ({answer.status}).", to_do="Look at its address."
            )
        if said != self.issuer:
            raise WrongUsage(
                f"{self.issuer} calls itself {said}.",
                to_do=f"Use --service {said}, if you trust it.",
            )

    def post_form(self, path: str, fields: Mapping[str, str]) -> Answer:
        """Of this client, with a proof."""
        sent = {"client_id": CLIENT_ID, **fields}
        return self._prove("POST", path, None, fields=sent)

    def call(
        self,
        method: str,
        path: str,
        token: str,
        *,
        members: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        return self._prove(method, path, token, members=members, headers=headers)

    def _prove(
        self,
        method: str,
        path: str,
        token: str | None,
        *,
        headers: Mapping[str, str] | None = None,
        fields: Mapping[str, str] | None = None,
        members: Mapping[str, object] | None = None,
    ) -> Answer:
        """Once more if the service wants a nonce, or if one of the clocks is wrong."""
        address = self.issuer + path
        for _ in range(3):
            proof = self.key.prove(
                method, address, token=token, nonce=self._nonce, ahead=self.seconds_ahead
            )
            sent = {**(headers or {}), "DPoP": proof}
            if token is not None:
                sent["Authorization"] = f"DPoP {token}"
            answer = self._web.send(method, address, headers=sent, fields=fields, members=members)
            if not self._has_learned(answer):
                return answer
        raise Refused("The service accepts no proof of our key.", to_do="Look at the clock.")

    def _has_learned(self, answer: Answer) -> bool:
        """Whether another proof may be accepted."""
        nonce, before = answer.headers.get("DPoP-Nonce"), self._nonce
        self._nonce = nonce or before
        said = _error_of(answer)
        if said == "use_dpop_nonce":
            return self._nonce != before
        if said != "invalid_dpop_proof" or self.seconds_ahead:
            return False
        ahead = _seconds_ahead(answer)
        self.seconds_ahead = ahead if abs(ahead) > _WRONG_CLOCK else 0.0
        if not self.seconds_ahead:
            return False
        print(_CLOCK_TEXT.format(minutes=abs(ahead) / 60), file=sys.stderr)
        return True


def _error_of(answer: Answer) -> str:
    """At the token endpoint the body has it, and elsewhere the header (RFC 9449 section 7.1)."""
    if answer.is_good:
        return ""
    challenge = answer.headers.get("WWW-Authenticate", "")
    for name in ("use_dpop_nonce", "invalid_dpop_proof"):
        if answer.json.get("error") == name or f'error="{name}"' in challenge:
            return name
    return ""


def _seconds_ahead(answer: Answer) -> float:
    try:
        told = parsedate_to_datetime(answer.headers.get("Date", ""))
    except ValueError:
        return 0.0
    return told.timestamp() - time.time()
