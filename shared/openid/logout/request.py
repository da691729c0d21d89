"""A request of a client to sign a person out (OpenID Connect RP-Initiated Logout 1.0)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from shared.errors import AuthorizationDenied, RedirectUnverified
from shared.keys.signing_key import SigningKey
from shared.openid.authorization.answers import with_parameters
from shared.openid.authorization.parameters import Parameters
from shared.openid.authorization.request_format import pack, unpack
from shared.openid.clients.client import Client
from shared.openid.tokens.id_token import HintedSession, read_hinted_session
from shared.sealed import open_sealed, seal

KIND = "logout request"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the parameters say. Nothing of it was compared with a client."""

    client_id: str | None
    hint: HintedSession | None
    return_to: str | None
    state: str | None
    ui_locales: tuple[str, ...]

    @property
    def says_nothing(self) -> bool:
        return self.client_id is None and self.return_to is None and not self.ui_locales


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoutRequest:
    client_name: str | None = None
    """Of the client that asks, if that is certain enough to be shown."""
    hint: HintedSession | None = None
    location: str | None = None
    """Where the person goes afterwards, with the state."""
    ui_locales: tuple[str, ...] = ()


def read_logout(parameters: Parameters, *, issuer: str, keys: Iterable[SigningKey]) -> Asked:
    """A hint that cannot be verified counts as none: keys are replaced, and clients keep ID tokens
    for long. `logout_hint` decides nothing, as a browser has one session at most.

    Raise RedirectUnverified.
    """
    try:
        return _read(parameters, issuer, keys)
    except AuthorizationDenied as error:
        raise RedirectUnverified(error.name, error.description) from error


def _read(parameters: Parameters, issuer: str, keys: Iterable[SigningKey]) -> Asked:
    text, named = parameters.optional("id_token_hint"), parameters.optional("client_id")
    hint = None if text is None else read_hinted_session(text, issuer=issuer, keys=keys)
    if hint is not None and named not in (None, hint.client_id):
        raise RedirectUnverified("invalid_request", "id_token_hint is of another client_id.")
    return Asked(
        client_id=named if hint is None else hint.client_id,
        hint=hint,
        return_to=parameters.optional("post_logout_redirect_uri"),
        state=parameters.optional("state"),
        ui_locales=parameters.words("ui_locales"),
    )


def check_logout(asked: Asked, clients: Sequence[Client]) -> LogoutRequest:
    """`clients` is the one that the request names. If it names none, they are all that have
    registered the address: whichever of them asks, it gets only what was registered.

    Raise RedirectUnverified.
    """
    if asked.return_to is not None and not _is_registered(asked.return_to, clients):
        raise RedirectUnverified(
            "invalid_request",
            "post_logout_redirect_uri is not one that is registered for this client.",
        )
    return LogoutRequest(
        client_name=clients[0].name if len(clients) == 1 else None,
        hint=asked.hint,
        location=_location(asked),
        ui_locales=asked.ui_locales,
    )


def _is_registered(uri: str, clients: Collection[Client]) -> bool:
    """Compared as text."""
    return any(uri in client.post_logout_redirect_uris for client in clients)


def _location(asked: Asked) -> str | None:
    if asked.return_to is None or asked.state is None:
        return asked.return_to
    return with_parameters(asked.return_to, {"state": asked.state})


def seal_logout(
    request: LogoutRequest, *, expires_at: int, random: bytes, sealing_key: bytes
) -> str:
    """For our page, which has the person's cookies."""
    hint = request.hint
    members = {
        "name": request.client_name,
        "hint": None if hint is None else [hint.client_id, hint.name],
        "to": request.location,
        "locales": list(request.ui_locales),
    }
    return seal(KIND, pack(members), expires_at=expires_at, random=random, sealing_key=sealing_key)


def open_logout(text: str, *, now: int, sealing_keys: Iterable[bytes]) -> LogoutRequest:
    """Raise SealInvalid."""
    members = unpack(open_sealed(KIND, text, now=now, sealing_keys=sealing_keys).content)
    hint = members["hint"]
    return LogoutRequest(
        client_name=members["name"],
        hint=None if hint is None else HintedSession(client_id=hint[0], name=hint[1]),
        location=members["to"],
        ui_locales=tuple(members["locales"]),
    )
