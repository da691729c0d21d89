"""Stories about access profiles."""

from shared.access_broker.approvals.senders import Senders
from shared.access_broker.profiles.administration import ProfileAdministration
from shared.access_broker.profiles.directory import ProfileDirectory
from shared.access_broker.profiles.explaining import Explaining
from shared.access_broker.profiles.listing import AccessListing
from shared.composition.parts import Parts
from shared.relying_party.callers.callers import Callers


def make_profile_administration(parts: Parts, callers: Callers) -> ProfileAdministration:
    return ProfileAdministration(
        callers=callers,
        store=parts.stores.profiles,
        from_settings=parts.settings.profiles,
        certificates=parts.settings.keys.issues_certificates,
        recorder=parts.recorder,
    )


def make_access_listing(
    parts: Parts, directory: ProfileDirectory, senders: Senders
) -> AccessListing:
    return AccessListing(
        directory=directory,
        senders=senders,
        certificates=parts.settings.keys.issues_certificates,
        clock=parts.clock,
    )


def make_explaining(parts: Parts, directory: ProfileDirectory, callers: Callers) -> Explaining:
    return Explaining(
        directory=directory,
        accounts=parts.stores.accounts,
        service_key=parts.stores.service_key,
        callers=callers,
        recorder=parts.recorder,
        clock=parts.clock,
    )


def make_profile_directory(parts: Parts) -> ProfileDirectory:
    return ProfileDirectory(
        parts.stores.profiles, from_settings=parts.settings.profiles, clock=parts.clock
    )
