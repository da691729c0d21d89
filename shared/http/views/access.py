"""What a person may ask for, why or why not, and what came of it."""

from collections.abc import Sequence
from typing import Any

from shared.access.profiles.explanation import Reason
from shared.access.profiles.kinds.postgresql import database_of
from shared.access.profiles.profile import (
    BackupRestore,
    CustomAction,
    PostgresqlOauth,
    Profile,
)
from shared.access.profiles.requirements import Offer, Requirement, ToDo
from shared.access.restores.coverage import workloads_of
from shared.access_broker.certificates.certifying import Issued
from shared.http.instants import timestamp


def show_offer(shown: Offer) -> dict[str, Any]:
    profile = shown.profile
    members: dict[str, Any] = {
        "profile": profile.name,
        "title": profile.title,
        "description": profile.description,
        "kind": profile.kind.value,
        "needsApproval": profile.needs_approval,
        "approvers": profile.approvers.number,
        "boundGesture": profile.demands.bound_gesture,
        "reasonRequired": profile.reason_required,
        "lifetimeSeconds": int(profile.lifetime.total_seconds()),
        "schema": _schema(profile),
        "restore": _restore(profile),
        "database": _database(shown),
        "opensAt": None if shown.opens_at is None else timestamp(shown.opens_at),
        "ready": not shown.unmet,
        "unmet": [_show_requirement(each, shown) for each in shown.unmet],
    }
    return {name: member for name, member in members.items() if member is not None}


def _schema(profile: Profile) -> dict[str, Any] | None:
    """Of the details that an application describes."""
    parameters = profile.parameters
    return dict(parameters.schema) if isinstance(parameters, CustomAction) else None


def _restore(profile: Profile) -> dict[str, Any] | None:
    """What a restore may take: it is picked and not typed."""
    parameters = profile.parameters
    if not isinstance(parameters, BackupRestore):
        return None
    return {
        "vault": parameters.vault,
        "workloads": [each.value for each in workloads_of(parameters)],
        "recoveryTypes": sorted(parameters.recovery_types),
        "targets": list(parameters.targets),
    }


def _database(shown: Offer) -> dict[str, Any] | None:
    """What a program needs to connect, and the scope by which it asks for a token."""
    parameters = shown.profile.parameters
    database = database_of(parameters)
    if database is None:
        return None
    scope = {"scope": parameters.scope} if isinstance(parameters, PostgresqlOauth) else {}
    where = {"host": database.host, "port": database.port, "name": database.name}
    return {**where, "role": shown.role, **scope}


def _show_requirement(shown: Requirement, of: Offer) -> dict[str, Any]:
    age = of.profile.demands.gesture_age
    members: dict[str, Any] = {"demand": shown.obstacle.value, "toDo": shown.to_do.value}
    if shown.to_do is ToDo.SIGN_IN_AGAIN and age is not None:
        members["maxAge"] = int(age.total_seconds())
    return members


def show_explanation(name: str, username: str, reasons: Sequence[Reason]) -> dict[str, Any]:
    return {
        "profile": name,
        "username": username,
        "may": all(each.met for each in reasons),
        "reasons": [
            {"check": each.check, "met": each.met, "detail": each.detail} for each in reasons
        ],
    }


def show_issued(issued: Issued) -> dict[str, Any]:
    """A client certificate, and what a program needs to connect with it."""
    database, wanted = issued.database, issued.wanted
    return {
        "id": issued.id,
        "certificate": issued.certified.certificate,
        "ca": issued.certified.authority,
        "role": wanted.role,
        "host": database.host,
        "port": database.port,
        "database": database.name,
        "serial": issued.serial,
        "notBefore": timestamp(wanted.not_before),
        "expiresAt": timestamp(wanted.not_after),
    }
