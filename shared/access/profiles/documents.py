"""Profiles as JSON: what administrators send, what the settings hold, and what storage keeps.

The published schema says most of what a document may be. What it cannot say is checked after it.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from shared.access.canonical import NotCanonical, canonical_json, digest
from shared.access.profiles.audiences import read_audience, write_audience
from shared.access.profiles.demands import read_demands, write_demands
from shared.access.profiles.json_schemas import ValueFault, check_depth
from shared.access.profiles.kinds.parameters import read_parameters, write_parameters
from shared.access.profiles.kinds.unasked import check_unasked
from shared.access.profiles.profile import Approvers, Kind, Profile, TimeWindow
from shared.access.profiles.published_schema import profile_schema
from shared.access.profiles.windows import read_window, write_window
from shared.openid.clients.addresses import ValueRefused, check_called

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_MOST_CHARACTERS = 30_000
"""A column of Azure Tables holds 32,768 characters."""
_LIFETIME, _APPROVAL_LIFETIME = 300, 3600


def read_profile(document: Mapping[str, Any], *, from_settings: bool = False) -> Profile:
    """Null means absent, except in the schema of a custom action. Raise ValueFault."""
    check_depth(document)
    document = _without_nulls(document)
    profile_schema().check(document)
    kind = Kind(document["kind"])
    with _within("parameters"):
        parameters = read_parameters(document["parameters"], kind)
    with _within("who"):
        who = read_audience(document["who"])
    profile = Profile(
        name=document["name"],
        title=_read_text(document, "title"),
        description=_read_text(document, "description") if "description" in document else None,
        kind=kind,
        parameters=parameters,
        who=who,
        demands=read_demands(document.get("demands", {})),
        approvers=_read_approvers(document.get("approvers", {"number": 0})),
        reason_required=document.get("reasonRequired", False),
        windows=tuple(_read_windows(document)),
        lifetime=_seconds(document, "lifetimeSeconds", _LIFETIME),
        approval_lifetime=_seconds(document, "approvalLifetimeSeconds", _APPROVAL_LIFETIME),
        webhooks=tuple(_read_webhooks(document)),
        from_settings=from_settings,
    )
    check_unasked(profile)
    _check_length(profile)
    return profile


def write_profile(profile: Profile) -> dict[str, Any]:
    approvers = write_audience(profile.approvers.who) | {"number": profile.approvers.number}
    members: dict[str, Any] = {
        "name": profile.name,
        "title": profile.title,
        "description": profile.description,
        "kind": profile.kind.value,
        "parameters": write_parameters(profile.parameters, profile.kind),
        "who": write_audience(profile.who),
        "demands": write_demands(profile.demands),
        "approvers": approvers,
        "reasonRequired": profile.reason_required,
        "windows": [write_window(each) for each in profile.windows],
        "lifetimeSeconds": int(profile.lifetime.total_seconds()),
        "approvalLifetimeSeconds": int(profile.approval_lifetime.total_seconds()),
        "webhooks": list(profile.webhooks),
    }
    return {name: member for name, member in members.items() if member is not None}


def state_of(profile: Profile) -> str:
    """A digest of all that it says. It is another one as soon as anything changes."""
    return digest(write_profile(profile))


def _without_nulls(document: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _without_nulls(member)
        if isinstance(member, dict) and name != "schema"
        else [_without_nulls(each) if isinstance(each, dict) else each for each in member]
        if isinstance(member, list)
        else member
        for name, member in document.items()
        if member is not None
    }


@contextmanager
def _within(path: str) -> Iterator[None]:
    try:
        yield
    except ValueFault as fault:
        raise ValueFault(f"{path}.{fault.path}", fault.problem) from None


def _read_text(document: Mapping[str, Any], name: str) -> str:
    text: str = document[name]
    if not text.isprintable() or text != text.strip():
        raise ValueFault(name, "must be printable, without a space at its ends")
    return text


def _read_approvers(members: Mapping[str, Any]) -> Approvers:
    with _within("approvers"):
        return Approvers(number=int(members["number"]), who=read_audience(members))


def _read_windows(document: Mapping[str, Any]) -> Iterator[TimeWindow]:
    for index, window in enumerate(document.get("windows", ())):
        with _within(f"windows[{index}]"):
            yield read_window(window)


def _seconds(document: Mapping[str, Any], name: str, default: int) -> timedelta:
    return timedelta(seconds=int(document.get(name, default)))


def _read_webhooks(document: Mapping[str, Any]) -> Iterator[str]:
    for index, address in enumerate(document.get("webhooks", ())):
        try:
            check_called(address)
        except ValueRefused as refused:
            raise ValueFault(f"webhooks[{index}]", str(refused)) from None
        yield address


def _check_length(profile: Profile) -> None:
    try:
        text = canonical_json(write_profile(profile)).decode()
    except NotCanonical as error:
        raise ValueFault("parameters", str(error)) from error
    if len(text.encode("utf-16-le")) > _MOST_CHARACTERS * 2:
        raise ValueFault("parameters", f"and all else have more than {_MOST_CHARACTERS} characters")
