"""The steps of accounts, credentials, sessions, access passes, links and clients in one event."""

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from shared import base64url
from shared.audit.event import Kind, Outcome
from shared.audit.session_end import SessionEnd
from shared.crosscheck.step import Leaf, RecordedStep, Step, Thing

_ENDING = (Kind.TOKEN_REFRESHED, Kind.TOKEN_REUSED)

type _Found = list[tuple[Thing, RecordedStep]]


def read_steps(leaf: Leaf, personal: Mapping[str, str]) -> _Found:
    if leaf["outcome"] == Outcome.SUCCESS:
        reader = _READERS.get(leaf["kind"])
        return [] if reader is None else reader(leaf, personal)
    if leaf["outcome"] == Outcome.FAILURE and leaf["kind"] in _ENDING and "session" in leaf:
        ended = leaf.get("reason") in list(SessionEnd)
        return [(("session", leaf["session"]), _recorded(leaf, Step.ENDED))] if ended else []
    return []


def _recorded(leaf: Leaf, step: Step, detail: str = "") -> RecordedStep:
    return RecordedStep(step, leaf["at"], leaf["id"], _target(leaf), detail)


def _target(leaf: Leaf) -> str:
    return str(leaf.get("target", {}).get("id", ""))


def _facts(leaf: Leaf) -> Mapping[str, Any]:
    found: Mapping[str, Any] = leaf.get("facts", {})
    return found


def _credential(leaf: Leaf) -> Thing:
    return "credential", _target(leaf), str(leaf.get("credential", {}).get("hash", ""))


def _account(leaf: Leaf) -> Thing:
    return "account", _target(leaf)


def _registered(leaf: Leaf, personal: Mapping[str, str]) -> _Found:
    found = [
        (_credential(leaf), _recorded(leaf, Step.BEGAN)),
        (_credential(leaf), _recorded(leaf, Step.NAMED, personal.get("credentialName", ""))),
    ]
    if _facts(leaf).get("founding"):
        found += [
            (_account(leaf), _recorded(leaf, Step.BEGAN)),
            (_account(leaf), _recorded(leaf, Step.NAMED, personal.get("targetName", ""))),
        ]
    if _facts(leaf).get("authority") == "pass":
        found.append((("passes", _target(leaf)), _recorded(leaf, Step.USED)))
    return found


def _created(leaf: Leaf, personal: Mapping[str, str]) -> _Found:
    roles = str(_facts(leaf).get("roles", ""))
    return [
        (_account(leaf), _recorded(leaf, Step.BEGAN, roles)),
        (_account(leaf), _recorded(leaf, Step.NAMED, personal.get("targetName", ""))),
        *_grouped(leaf, personal),
    ]


def _renamed(leaf: Leaf, personal: Mapping[str, str]) -> _Found:
    return [(_credential(leaf), _recorded(leaf, Step.NAMED, personal.get("credentialName", "")))]


def _grouped(leaf: Leaf, _: Mapping[str, str]) -> _Found:
    """The state that the event left the groups of the account in."""
    state = str(_facts(leaf).get("state", ""))
    return [(("groups", _target(leaf)), _recorded(leaf, Step.NAMED, state))]


def _step_of_credential(step: Step) -> Callable[[Leaf, Mapping[str, str]], _Found]:
    return lambda leaf, _: [(_credential(leaf), _recorded(leaf, step))]


def _step_of_account(step: Step) -> Callable[[Leaf, Mapping[str, str]], _Found]:
    return lambda leaf, _: [(_account(leaf), _recorded(leaf, step))]


def _signed_in(leaf: Leaf, _: Mapping[str, str]) -> _Found:
    if "session" not in leaf:
        return []
    return [(("session", leaf["session"]), _recorded(leaf, Step.BEGAN, _credential(leaf)[2]))]


def _redeemed_code(leaf: Leaf, personal: Mapping[str, str]) -> _Found:
    """With offline access the client gets a session of its own. Otherwise the event names the
    person's."""
    return _signed_in(leaf, personal) if _facts(leaf).get("offline") else []


def _refreshed(leaf: Leaf, _: Mapping[str, str]) -> _Found:
    if _facts(leaf).get("again"):  # a retry does not rotate
        return []
    return [(("session", leaf["session"]), _recorded(leaf, Step.USED))]


def _ended(leaf: Leaf, _: Mapping[str, str]) -> _Found:
    return [(("session", leaf["session"]), _recorded(leaf, Step.ENDED))]


def _issued(leaf: Leaf, _: Mapping[str, str]) -> _Found:
    expires = str(_facts(leaf).get("expiresAt", ""))
    return [
        (("pass", leaf["pass"]), _recorded(leaf, Step.BEGAN)),
        (("passes", _target(leaf)), _recorded(leaf, Step.BEGAN, f"{leaf['pass']} {expires}")),
    ]


def _redeemed(leaf: Leaf, _: Mapping[str, str]) -> _Found:
    return [(("pass", leaf["pass"]), _recorded(leaf, Step.USED))] if "pass" in leaf else []


def _deleted(leaf: Leaf, _: Mapping[str, str]) -> _Found:
    return [(("passes", _target(leaf)), _recorded(leaf, Step.ENDED))]


def _linking(step: Step) -> Callable[[Leaf, Mapping[str, str]], _Found]:
    def read(leaf: Leaf, _: Mapping[str, str]) -> _Found:
        subject = _facts(leaf).get("subject")
        if subject is None or _facts(leaf).get("again"):  # nothing changed
            return []
        link = base64url.encode(sha256(str(subject).encode()).digest())
        return [(("link", link), _recorded(leaf, step))]

    return read


def _document(kind: str) -> Callable[[Leaf, Mapping[str, str]], _Found]:
    """The state that the event left the document in; none if it was removed."""

    def read(leaf: Leaf, _: Mapping[str, str]) -> _Found:
        state = str(_facts(leaf).get("state", ""))
        thing = kind, str(_facts(leaf).get(kind, ""))
        return [(thing, _recorded(leaf, Step.BEGAN if state else Step.ENDED, state))]

    return read


_OF_CLIENTS = (
    *(Kind.CLIENT_CREATED, Kind.CLIENT_CHANGED, Kind.CLIENT_REMOVED),
    *(Kind.CLIENT_SECRET_ADDED, Kind.CLIENT_SECRET_REMOVED),
)
_OF_PROFILES = (Kind.PROFILE_CREATED, Kind.PROFILE_CHANGED, Kind.PROFILE_REMOVED)
_READERS: Mapping[str, Callable[[Leaf, Mapping[str, str]], _Found]] = {
    Kind.REGISTRATION: _registered,
    Kind.CREDENTIAL_RENAMED: _renamed,
    Kind.CREDENTIAL_REMOVED: _step_of_credential(Step.ENDED),
    Kind.CREDENTIAL_SUSPENDED: _step_of_credential(Step.SUSPENDED),
    Kind.CREDENTIAL_RESUMED: _step_of_credential(Step.RESUMED),
    Kind.ACCOUNT_CREATED: _created,
    Kind.ACCOUNT_REMOVED: _step_of_account(Step.ENDED),
    Kind.ACCOUNT_SUSPENDED: _step_of_account(Step.SUSPENDED),
    Kind.ACCOUNT_RESUMED: _step_of_account(Step.RESUMED),
    Kind.ACCOUNT_GROUPS_CHANGED: _grouped,
    Kind.GROUP_MEMBER_ADDED: _grouped,
    Kind.GROUP_MEMBER_REMOVED: _grouped,
    Kind.ACCOUNT_LINKED: _linking(Step.BEGAN),
    Kind.ACCOUNT_UNLINKED: _linking(Step.ENDED),
    Kind.PASS_ISSUED: _issued,
    Kind.PASS_REDEEMED: _redeemed,
    Kind.PASS_DELETED: _deleted,
    **dict.fromkeys(_OF_CLIENTS, _document("client")),
    **dict.fromkeys(_OF_PROFILES, _document("profile")),
    Kind.AUTHENTICATION: _signed_in,
    Kind.CODE_REDEEMED: _redeemed_code,
    Kind.DEVICE_APPROVED: _signed_in,
    Kind.TOKEN_REFRESHED: _refreshed,
    Kind.SESSION_ENDED: _ended,
}
