"""How a client proves that it is the one that asks: the JSON of it."""

from collections.abc import Callable
from typing import Any

from shared.members import Members
from shared.openid.clients.addresses import ValueRefused, check_called, check_https
from shared.openid.clients.client import (
    Authentication,
    Federated,
    PrivateKey,
    Public,
    Secrets,
)
from shared.openid.clients.public_keys import read_key_set

NONE, SECRET, PRIVATE_KEY, FEDERATED = METHODS = ("none", "secret", "privateKey", "federated")
_MEMBERS = {
    NONE: (),
    SECRET: (),
    PRIVATE_KEY: ("jwks", "jwksUri"),
    FEDERATED: ("issuer", "subject", "audience"),
}
_LONGEST = 600
"""As in Microsoft Entra ID, for each part of a federated credential."""


def read_authentication(members: Members) -> Authentication:
    """Without secrets, which are no part of the document."""
    method = members.optional_choice("method", METHODS)
    if method is None:
        members.refuse("method", f"is required: {', '.join(METHODS)}")
    members.only("method", *_MEMBERS[method])
    if method == PRIVATE_KEY:
        return _read_private_key(members)
    if method == FEDERATED:
        return _read_federated(members)
    return Public() if method == NONE else Secrets(())


def _read_private_key(members: Members) -> PrivateKey:
    key_set, uri = members.optional_inner("jwks"), members.optional_text("jwksUri")
    if (key_set is None) == (uri is None):
        members.refuse("jwks", "or jwksUri is required, and only one of them")
    if uri is not None:
        _check(members, "jwksUri", uri, check_called)
    return PrivateKey(keys=read_key_set(key_set) if key_set else None, keys_uri=uri)


def _read_federated(members: Members) -> Federated:
    issuer, subject, audience = (members.text(name, limit=_LONGEST) for name in _MEMBERS[FEDERATED])
    _check(members, "issuer", issuer, check_https)
    for name, text in (("subject", subject), ("audience", audience)):
        if not text.isprintable() or " " in text:
            members.refuse(name, "must have no space and no control character")
        if "*" in text:
            members.refuse(name, "is compared as it is: a * stands for nothing else")
    return Federated(issuer, subject, audience)


def _check(members: Members, name: str, uri: str, check: Callable[[str], None]) -> None:
    try:
        check(uri)
    except ValueRefused as error:
        members.refuse(name, str(error))


def write_authentication(authentication: Authentication) -> dict[str, Any]:
    match authentication:
        case Public():
            return {"method": NONE}
        case Secrets():
            return {"method": SECRET}
        case Federated(issuer, subject, audience):
            return {
                "method": FEDERATED,
                "issuer": issuer,
                "subject": subject,
                "audience": audience,
            }
        case PrivateKey():
            return {"method": PRIVATE_KEY, **_write_keys(authentication)}


def _write_keys(key: PrivateKey) -> dict[str, Any]:
    return {"jwks": key.keys} if key.keys_uri is None else {"jwksUri": key.keys_uri}
