"""Tokens that open databases."""

from shared.access_broker.databases.devices import DatabaseDevices
from shared.access_broker.databases.redeeming import DatabaseRedemption
from shared.access_broker.databases.scopes import DatabaseScopes
from shared.access_broker.databases.tokens import DatabaseTokens
from shared.access_broker.people import People
from shared.access_broker.profiles.directory import ProfileDirectory
from shared.composition.openid.device_flow import make_using_up
from shared.composition.parts import Parts
from shared.openid.clients.own_names import OwnNames


def make_database_tokens(parts: Parts) -> DatabaseTokens:
    return DatabaseTokens(
        keys=parts.keys,
        service_key=parts.stores.service_key,
        own=_own_names(parts),
        clock=parts.clock,
        random=parts.random,
    )


def make_database_devices(
    parts: Parts, directory: ProfileDirectory, scopes: DatabaseScopes
) -> DatabaseDevices:
    return DatabaseDevices(
        scopes=scopes,
        profiles=directory,
        people=People(parts.stores.accounts),
        own=_own_names(parts),
        clock=parts.clock,
    )


def make_database_redemption(parts: Parts, devices: DatabaseDevices) -> DatabaseRedemption:
    return DatabaseRedemption(
        devices=devices,
        people=People(parts.stores.accounts),
        tokens=make_database_tokens(parts),
        using_up=make_using_up(parts),
        clock=parts.clock,
    )


def _own_names(parts: Parts) -> OwnNames:
    return OwnNames(parts.settings.policy.rp_id, parts.settings.tokens)
