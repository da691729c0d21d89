"""Stories about registration, authentication and the credentials of an account."""

from shared.composition.parts import Parts
from shared.identity_providers.provider import domains_of
from shared.relying_party.callers.account_changes import AccountChanges
from shared.relying_party.callers.authority_status import Authorities
from shared.relying_party.callers.callers import Callers
from shared.relying_party.onboarding.provisioning import Provisioning
from shared.relying_party.passkeys.account_lookup import AccountLookup
from shared.relying_party.passkeys.authentication import Authentication
from shared.relying_party.passkeys.begin_registration.begin import BeginRegistration
from shared.relying_party.passkeys.begin_registration.challenges import RegistrationChallenges
from shared.relying_party.passkeys.begin_registration.new_account import BeginNewAccount
from shared.relying_party.passkeys.begin_registration.new_credential import BeginNewCredential
from shared.relying_party.passkeys.credentials import Credentials
from shared.relying_party.passkeys.registration import Registration
from shared.relying_party.sessions.sessions import Sessions


def make_registration(
    parts: Parts, provisioning: Provisioning, callers: Callers, authorities: Authorities
) -> Registration:
    begin = _make_begin_registration(parts, provisioning, callers, authorities)
    return Registration(parts.resources, begin=begin, authorities=authorities)


def _make_begin_registration(
    parts: Parts, provisioning: Provisioning, callers: Callers, authorities: Authorities
) -> BeginRegistration:
    domains = domains_of(parts.settings.providers)
    challenges = RegistrationChallenges(
        policy=parts.settings.policy,
        challenges=parts.stores.challenges,
        keys=parts.keys,
        recorder=parts.recorder,
        clock=parts.clock,
        random=parts.random,
    )
    return BeginRegistration(
        new_account=BeginNewAccount(
            challenges=challenges,
            domains=domains,
            service_key=parts.stores.service_key,
            limiter=parts.limiter,
            random=parts.random,
        ),
        new_credential=BeginNewCredential(
            challenges=challenges,
            callers=callers,
            authorities=authorities,
            accounts=parts.stores.accounts,
            service_key=parts.stores.service_key,
            limiter=parts.limiter,
            credentials_per_account=parts.settings.credentials_per_account,
        ),
        callers=callers,
        provisioning=provisioning,
        mode=parts.settings.registration,
        domains=domains,
    )


def make_authentication(parts: Parts, sessions: Sessions) -> Authentication:
    return Authentication(parts.resources, sessions)


def make_credentials(parts: Parts, sessions: Sessions, callers: Callers) -> Credentials:
    accounts = parts.stores.accounts
    return Credentials(
        accounts=accounts,
        registrations=parts.stores.registrations,
        sessions=sessions,
        callers=callers,
        changes=AccountChanges(accounts=accounts, callers=callers, recorder=parts.recorder),
    )


def make_account_lookup(parts: Parts, callers: Callers) -> AccountLookup:
    return AccountLookup(
        accounts=parts.stores.accounts,
        service_key=parts.stores.service_key,
        callers=callers,
        recorder=parts.recorder,
    )
