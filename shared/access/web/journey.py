"""The way of a person from a protected page to the sign-in and back.

It is the code flow of OpenID Connect, and each protected site is a client of its own. `state` is
sealed and has the way back. The verifier is in a cookie of the site, so a code counts only in the
browser that asked for it.
"""

import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from urllib.parse import urlencode

from shared import base64url
from shared.access.web_addresses.hosts import HostRefused, Site, parse_site, read_host
from shared.access.web_addresses.paths import OWN_PATHS, PathRefused, is_nearly_below, normal_path
from shared.openid.authorization.request_format import pack, unpack
from shared.openid.clients.client import SITE_ID, Client, Grant, Secrets
from shared.openid.scopes import OPENID
from shared.sealed import SealInvalid, open_sealed, seal

KIND = "web journey"
COOKIE = "__Host-touchstone-web-start"
SECONDS = 600
VERIFIER_BYTES = 32
_LONGEST_TARGET = 1_500
_TARGET = re.compile(r"/[!-~]*")
_VERIFIER = re.compile("[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    origin: str
    target: str
    """Where the person wanted to go: a path of that site, with its query."""
    challenge: str
    """SHA-256 of the verifier in the browser's cookie."""

    @property
    def address(self) -> str:
        return self.origin + self.target


def safe_target(text: str) -> str:
    """A path at the same site, or its root: no other address, and none of ours."""
    if len(text) > _LONGEST_TARGET or not _TARGET.fullmatch(text) or "\\" in text:
        return "/"
    try:
        path = normal_path(text.partition("#")[0])
    except PathRefused:
        return "/"
    return "/" if is_nearly_below(path, OWN_PATHS) else text.partition("#")[0]


def is_verifier(text: str | None) -> bool:
    return text is not None and _VERIFIER.fullmatch(text) is not None


def challenge_of(verifier: str) -> str:
    return base64url.encode(sha256(verifier.encode()).digest())


def belongs_to(journey: Journey, verifier: str | None) -> bool:
    return verifier is not None and hmac.compare_digest(challenge_of(verifier), journey.challenge)


def seal_journey(journey: Journey, *, expires_at: int, random: bytes, sealing_key: bytes) -> str:
    content = pack({"o": journey.origin, "t": journey.target, "c": journey.challenge})
    return seal(KIND, content, expires_at=expires_at, random=random, sealing_key=sealing_key)


def open_journey(text: str, site: Site, *, now: int, sealing_keys: Iterable[bytes]) -> Journey:
    """Raise SealInvalid, also for one of another site."""
    members = unpack(open_sealed(KIND, text, now=now, sealing_keys=sealing_keys).content)
    if members["o"] != site.origin:
        raise SealInvalid
    return Journey(origin=site.origin, target=members["t"], challenge=members["c"])


def callback_of(site: Site) -> str:
    return f"{site.origin}{OWN_PATHS}/callback"


def start_of(target: str) -> str:
    """A path at the site."""
    return f"{OWN_PATHS}/start?{urlencode({'to': safe_target(target)})}"


def authorize_address(
    site: Site, *, issuer: str, state: str, challenge: str, age: timedelta | None, again: bool
) -> str:
    """`again` demands a new gesture, whatever the age of the last one."""
    parameters = {
        "response_type": "code",
        "client_id": SITE_ID + site.host,
        "redirect_uri": callback_of(site),
        "scope": OPENID,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    if again:
        parameters["prompt"] = "login"
    elif age is not None:
        parameters["max_age"] = str(int(age.total_seconds()))
    return f"{issuer}/authorize?{urlencode(parameters)}"


def site_of_client(client_id: str) -> Site | None:
    """None if no site could have that ID."""
    host = client_id.removeprefix(SITE_ID)
    try:
        return parse_site(read_host(host))
    except HostRefused:
        return None


def client_of(site: Site) -> Client:
    """Only our own code redeems its codes: nobody could authenticate as this client."""
    return Client(
        id=SITE_ID + site.host,
        name=site.host,
        logo=None,
        authentication=Secrets(()),
        redirect_uris=(callback_of(site),),
        post_logout_redirect_uris=(),
        backchannel_logout_uri=None,
        grants=frozenset({Grant.AUTHORIZATION_CODE}),
        scopes=frozenset({OPENID}),
        resources=(),
        acr=None,
        first_party=True,
        sector=None,
        bound_tokens=False,
        token_lifetime=None,
        from_settings=True,
    )
