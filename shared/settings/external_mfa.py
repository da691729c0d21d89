"""EXTERNAL_MFA: whether Entra may ask this service for the second factor of a sign-in."""

from typing import NoReturn
from urllib.parse import urlsplit

from shared.environment import InvalidSetting, Values
from shared.json_shape import parse_object
from shared.members import Members
from shared.openid.external_mfa.configuration import CLOUDS, PATH, ExternalMfa, is_guid

_NAME = "EXTERNAL_MFA"
_MOST_TENANTS = 100


class _Entry(Members):
    __slots__ = ()

    def refuse(self, name: str, problem: str) -> NoReturn:
        raise InvalidSetting(f"{_NAME}.{name}: {problem}")


def read_external_mfa(values: Values, *, issuer: str) -> ExternalMfa | None:
    """`issuer` is the service's own. Return None if Entra may not ask."""
    text = values.optional_text(_NAME)
    if text is None:
        return None
    try:
        entry = _Entry(parse_object(text.encode()))
    except ValueError as error:
        raise InvalidSetting(f"{_NAME}: is not a JSON object, or has a member twice") from error
    for name in entry.members.keys() - {"clientId", "tenants", "cloud", "selfLinking"}:
        entry.refuse(name, "is not known; known are clientId, tenants, cloud, selfLinking")
    return ExternalMfa(
        issuer=issuer + PATH,
        client_id=_guid(entry, "clientId", entry.text("clientId")),
        tenants=_tenants(entry),
        login=_login(entry),
        self_linking=entry.flag("selfLinking"),
    )


def _guid(entry: _Entry, name: str, value: str) -> str:
    if not is_guid(value):
        entry.refuse(name, f"{value!r} is not a GUID in lower case")
    return value


def _tenants(entry: _Entry) -> tuple[str, ...]:
    tenants = entry.optional_texts("tenants", limit=_MOST_TENANTS, each=64)
    if not tenants or len(set(tenants)) != len(tenants):
        entry.refuse("tenants", "must hold at least one tenant ID, and none twice")
    return tuple(_guid(entry, "tenants", each) for each in tenants)


def _login(entry: _Entry) -> str:
    cloud = entry.optional_text("cloud") or "public"
    login = CLOUDS.get(cloud, cloud)
    parts = urlsplit(login)
    if login != f"https://{parts.netloc}" or "@" in login or not parts.hostname:
        entry.refuse("cloud", f"{cloud!r} is none of {', '.join(CLOUDS)}, nor an https origin")
    return login
