"""Approvals, with their words for people."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.access.approvals.approval import Approval, Gesture, Refusal, Status, approve_url
from shared.access.approvals.marks import show
from shared.access.approvals.statement import profile_state_in, read_statement
from shared.access.approvals.summary import summarize
from shared.access.approvals.wording import LANGUAGES, Line, describe
from shared.access.profiles.profile import CustomAction, Kind, Profile
from shared.access.restores.words import words_of
from shared.access_broker.approvals.following import Followed, Listed
from shared.access_broker.approvals.grounds import Grounds, Lapse
from shared.access_broker.approvals.looking import Look, Standing
from shared.http.instants import timestamp


def show_asked(approval: Approval, *, issuer: str) -> dict[str, Any]:
    return {
        "id": approval.id,
        "status": approval.status.value,
        "approve_url": approve_url(approval, issuer),
        "expires_at": timestamp(approval.expires_at),
    }


def show_listed(listed: Listed, *, now: datetime, issuer: str) -> dict[str, Any]:
    def describe_one(approval: Approval) -> dict[str, Any]:
        return _show_brief(approval, now=now, issuer=issuer) | _show_summary(approval, listed)

    return {
        "asked": [describe_one(each) for each in listed.asked],
        "waiting": [describe_one(each) for each in listed.waiting],
    }


def _show_summary(approval: Approval, listed: Listed) -> dict[str, Any]:
    """Nothing, if the request says no more than its profile does."""
    profile = listed.profiles.get(profile_state_in(approval.statement))
    own = None if profile is None else _template_in(profile)
    template = _restore_words(approval.statement) or own
    found = {
        each: summarize(approval.statement, language=each, template=template) for each in LANGUAGES
    }
    if not any(each.text for each in found.values()):
        return {}
    return {
        "summary": {
            language: {"text": each.text, "marks": [mark.value for mark in each.marks]}
            for language, each in found.items()
        }
    }


def _show_brief(approval: Approval, *, now: datetime, issuer: str) -> dict[str, Any]:
    profile = read_statement(approval.statement)["profile"]
    return show_asked(approval, issuer=issuer) | {
        "status": approval.status_at(now).value,
        "profile": {name: profile[name] for name in ("name", "title", "kind")},
        "asker": approval.asker.username,
        "createdAt": timestamp(approval.created_at),
        "missing": approval.missing,
        "needsAsker": approval.lacks_asker,
    }


def show_approval(found: Followed, *, issuer: str) -> dict[str, Any]:
    look = found.look
    approval, profile = look.approval, read_statement(look.approval.statement)["profile"]
    is_open, is_askers = look.status is Status.PENDING, look.standing is Standing.ASKER
    members = show_asked(approval, issuer=issuer) | {
        "status": look.status.value,
        "role": look.standing.value,
        "profile": {name: profile[name] for name in ("name", "title", "kind")},
        "asker": approval.asker.username,
        "createdAt": timestamp(approval.created_at),
        "decidedAt": _instant(approval.decided_at),
        "usedAt": _instant(approval.used_at),
        "missing": approval.missing,
        "needsAsker": approval.lacks_asker,
        "gestures": [_show_gesture(each) for each in approval.gestures],
        "refusal": None if approval.refusal is None else _show_refusal(approval.refusal),
        "mayApprove": look.part is not None,
        "mayRefuse": is_open and look.standing is Standing.APPROVER,
        "mayWithdraw": is_askers and look.status in (Status.PENDING, Status.APPROVED),
        "obstacles": [] if is_askers else [each.value for each in look.obstacles],
        "lapse": look.grounds.lapse and look.grounds.lapse.value,
        "words": {each: _show_words(look, each) for each in LANGUAGES},
        "statement": approval.statement,
        "code": found.code,
    }
    return {name: member for name, member in members.items() if member is not None}


def _instant(at: datetime | None) -> str | None:
    return None if at is None else timestamp(at)


def _show_gesture(gesture: Gesture) -> dict[str, str]:
    return {
        "role": gesture.part.value,
        "username": gesture.username,
        "at": timestamp(gesture.at),
        "event": gesture.event,
    }


def _show_refusal(refusal: Refusal) -> dict[str, str]:
    """A reason is short, and shown to its end."""
    reason = {} if refusal.reason is None else {"reason": show(refusal.reason)}
    return {"username": refusal.username, "at": timestamp(refusal.at), **reason}


def _show_words(look: Look, language: str) -> list[dict[str, Any]]:
    template = _restore_words(look.approval.statement) or _template(look.grounds)
    lines = describe(look.approval.statement, language=language, template=template)
    return [_show_line(line) for line in lines]


def _restore_words(statement: str) -> Mapping[str, str] | None:
    """Our own: they are the same for all profiles."""
    members = read_statement(statement)
    if members["profile"]["kind"] != Kind.AZURE_BACKUP_RESTORE:
        return None
    return words_of(members["details"])


def _template(grounds: Grounds) -> dict[str, str] | None:
    """None if the profile is another one by now: then its words are not those of the statement."""
    profile = grounds.profile
    if profile is None or grounds.lapse is Lapse.PROFILE_CHANGED:
        return None
    return _template_in(profile)


def _template_in(profile: Profile) -> dict[str, str] | None:
    parameters = profile.parameters
    return dict(parameters.template) if isinstance(parameters, CustomAction) else None


def _show_line(line: Line) -> dict[str, Any]:
    return {
        "name": line.name,
        "label": line.label,
        "value": line.value,
        "marks": [each.value for each in line.marks],
        "notes": list(line.notes),
    }
