"""Stories of devices, which show a code that a person types elsewhere."""

from shared.composition.openid.code_flow import ProviderParts
from shared.composition.parts import Parts
from shared.composition.passkeys import make_bound_gesture
from shared.openid.device.pace import Pace
from shared.openid_provider.device.asking import DeviceAsking
from shared.openid_provider.device.deciding import Deciding
from shared.openid_provider.device.device_sessions import DeviceSessions
from shared.openid_provider.device.polling import Polling
from shared.openid_provider.device.profiles import DeviceProfiles, ProfiledRedemption
from shared.openid_provider.device.redeeming import DeviceRedemption
from shared.openid_provider.device.using_up import UsingUp
from shared.openid_provider.device.waiting import WaitingDevices
from shared.openid_provider.tokens.token_issuer import ClientTokenIssuer


def make_device_asking(parts: Parts, profiles: DeviceProfiles) -> DeviceAsking:
    return DeviceAsking(
        store=parts.stores.device_codes,
        limiter=parts.limiter,
        profiles=profiles,
        settings=parts.settings.tokens,
        service_key=parts.stores.service_key,
        keys=parts.keys,
        clock=parts.clock,
        random=parts.random,
    )


def make_device_sessions(parts: Parts, issuer: ClientTokenIssuer) -> DeviceSessions:
    return DeviceSessions(
        accounts=parts.stores.accounts,
        store=parts.stores.sessions,
        limits=parts.settings.sessions,
        issuer=issuer,
        recorder=parts.recorder,
        service_key=parts.stores.service_key,
        clock=parts.clock,
        random=parts.random,
    )


def make_device_deciding(
    given: ProviderParts, sessions: DeviceSessions, profiles: DeviceProfiles
) -> Deciding:
    parts = given.parts
    devices = WaitingDevices(
        store=parts.stores.device_codes,
        clients=given.clients,
        limiter=parts.limiter,
        service_key=parts.stores.service_key,
        keys=parts.keys,
        clock=parts.clock,
        random=parts.random,
    )
    return Deciding(
        devices=devices,
        profiles=profiles,
        store=parts.stores.device_codes,
        gesture=make_bound_gesture(parts),
        sessions=sessions,
        ending=given.sessions,
        keys=parts.keys,
        recorder=parts.recorder,
        clock=parts.clock,
        random=parts.random,
    )


def make_using_up(parts: Parts) -> UsingUp:
    return UsingUp(store=parts.stores.device_codes, recorder=parts.recorder)


def make_device_redemption(
    parts: Parts,
    sessions: DeviceSessions,
    issuer: ClientTokenIssuer,
    profiles: ProfiledRedemption,
) -> DeviceRedemption:
    store = parts.stores.device_codes
    return DeviceRedemption(
        polling=Polling(store=store, pace=Pace(), keys=parts.keys, clock=parts.clock),
        profiles=profiles,
        store=store,
        using_up=make_using_up(parts),
        standings=parts.stores.standings,
        session_store=parts.stores.sessions,
        sessions=sessions,
        issuer=issuer,
        settings=parts.settings.tokens,
        recorder=parts.recorder,
        keys=parts.keys,
        clock=parts.clock,
    )
