"""Stories about registration, authentication and the credentials of an account."""

from shared.composition.parts import Parts
from shared.relying_party.callers.authority_status import Authorities
from shared.relying_party.callers.callers import Callers
from shared.relying_party.onboarding.provisioning import Provisioning
from shared.relying_party.passkeys.authentication import Authentication
from shared.relying_party.passkeys.credentials import Credentials
from shared.relying_party.passkeys.registration import Registration
from shared.relying_party.sessions.sessions import Sessions


def make_registration(
    parts: Parts, provisioning: Provisioning, callers: Callers, authorities: Authorities
) -> Registration:
    return Registration(parts.resources, provisioning, callers=callers, authorities=authorities)


def make_authentication(parts: Parts, sessions: Sessions) -> Authentication:
    return Authentication(parts.resources, sessions)


def make_credentials(parts: Parts, sessions: Sessions, callers: Callers) -> Credentials:
    return Credentials(parts.resources, callers=callers, sessions=sessions)
