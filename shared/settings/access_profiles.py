"""ACCESS_PROFILES: a JSON list of profiles that administrators cannot change.

An entry has the members of `POST /profiles`.
"""

from typing import Any

from shared.access.profiles.documents import read_profile
from shared.access.profiles.exclusive import check_exclusive
from shared.access.profiles.json_schemas import ValueFault
from shared.access.profiles.kinds.postgresql_oauth import check_resource
from shared.access.profiles.profile import Kind, Profile
from shared.environment import InvalidSetting
from shared.json_shape import parse_json
from shared.openid.clients.own_names import OwnNames

_NAME = "ACCESS_PROFILES"
_MOST_ENTRIES = 100


def parse_profiles(text: str, own: OwnNames, *, certificates: bool) -> tuple[Profile, ...]:
    """`certificates` is whether this service issues any. Raise InvalidSetting, whose text is
    `ACCESS_PROFILES[1].windows[0].from: what is wrong`."""
    profiles: list[Profile] = []
    for index, entry in enumerate(_entries(text)):
        try:
            profile = _read_entry(entry, profiles, own)
            if profile.kind is Kind.POSTGRESQL_CERTIFICATE and not certificates:
                raise ValueFault("kind", "needs CLIENT_CA_CERTIFICATE")
            profiles.append(profile)
        except ValueFault as fault:
            path = f".{fault.path}" if fault.path else ""
            raise InvalidSetting(f"{_NAME}[{index}]{path}: {fault.problem}") from None
    return tuple(profiles)


def _entries(text: str) -> list[Any]:
    try:
        entries = parse_json(text)
    except ValueError as error:
        raise InvalidSetting(f"{_NAME}: is not JSON, or has a member twice") from error
    if not isinstance(entries, list) or len(entries) > _MOST_ENTRIES:
        raise InvalidSetting(f"{_NAME}: must be a list of at most {_MOST_ENTRIES} objects")
    return entries


def _read_entry(entry: object, before: list[Profile], own: OwnNames) -> Profile:
    if not isinstance(entry, dict):
        raise ValueFault("", "must be an object")
    profile = read_profile(entry, from_settings=True)
    if profile.name in {each.name for each in before}:
        raise ValueFault("name", "is that of another entry")
    check_exclusive(profile, before)
    check_resource(profile, own)
    return profile
