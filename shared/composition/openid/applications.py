"""Stories of people about the clients that use their account."""

from shared.composition.openid.code_flow import ProviderParts
from shared.openid_provider.applications.ending import AccessEnding
from shared.openid_provider.applications.own_applications import FindRegistered, OwnApplications
from shared.openid_provider.tokens.client_access import ClientAccess
from shared.relying_party.callers.callers import Callers


def make_access_ending(given: ProviderParts, access: ClientAccess) -> AccessEnding:
    parts = given.parts
    return AccessEnding(
        consents=parts.stores.consents,
        accounts=parts.stores.accounts,
        sessions=given.sessions,
        access=access,
        recorder=parts.recorder,
    )


def make_own_applications(
    given: ProviderParts,
    ending: AccessEnding,
    callers: Callers,
    find_registered: FindRegistered,
) -> OwnApplications:
    return OwnApplications(
        find_registered=find_registered,
        consents=given.parts.stores.consents,
        sessions=given.sessions,
        ending=ending,
        callers=callers,
    )
