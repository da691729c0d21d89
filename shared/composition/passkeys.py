"""Stories about registration, authentication and the credentials of an account."""

from shared.composition.begin_authentication import make_begin_authentication
from shared.composition.parts import Parts
from shared.relying_party.callers.account_changes import AccountChanges
from shared.relying_party.callers.authority_status import Authorities
from shared.relying_party.callers.callers import Callers
from shared.relying_party.gestures.bound_gesture import BoundGesture
from shared.relying_party.onboarding.provisioning import Provisioning
from shared.relying_party.passkeys.account_lookup import AccountLookup
from shared.relying_party.passkeys.assertion_verification import AssertionVerification
from shared.relying_party.passkeys.authentication import Authentication
from shared.relying_party.passkeys.begin_founding import BeginFounding
from shared.relying_party.passkeys.begin_registration import BeginRegistration
from shared.relying_party.passkeys.claiming import Claiming
from shared.relying_party.passkeys.credentials import Credentials
from shared.relying_party.passkeys.new_account_limit import NewAccountLimit
from shared.relying_party.passkeys.registration import Registration
from shared.relying_party.sessions.sessions import Sessions
from shared.relying_party.sessions.token_issuer import TokenIssuer


def make_registration(
    parts: Parts, provisioning: Provisioning, callers: Callers, authorities: Authorities
) -> Registration:
    return Registration(
        begin=_make_begin_registration(parts, provisioning, callers, authorities),
        policy=parts.settings.policy,
        providers=parts.settings.providers,
        credentials_per_account=parts.settings.credentials_per_account,
        accounts=parts.stores.accounts,
        registrations=parts.stores.registrations,
        claiming=_make_claiming(parts),
        authorities=authorities,
        new_accounts=NewAccountLimit(),
        keys=parts.keys,
        limiter=parts.limiter,
        recorder=parts.recorder,
        clock=parts.clock,
    )


def _make_begin_registration(
    parts: Parts, provisioning: Provisioning, callers: Callers, authorities: Authorities
) -> BeginRegistration:
    return BeginRegistration(
        policy=parts.settings.policy,
        mode=parts.settings.registration,
        credentials_per_account=parts.settings.credentials_per_account,
        found=_make_begin_founding(parts),
        provisioning=provisioning,
        callers=callers,
        authorities=authorities,
        accounts=parts.stores.accounts,
        challenges=parts.stores.challenges,
        service_key=parts.stores.service_key,
        keys=parts.keys,
        limiter=parts.limiter,
        recorder=parts.recorder,
        clock=parts.clock,
        random=parts.random,
    )


def _make_begin_founding(parts: Parts) -> BeginFounding:
    providers = parts.settings.providers
    return BeginFounding(
        policy=parts.settings.policy,
        given_domains={domain for each in providers for domain in each.username_domains},
        challenges=parts.stores.challenges,
        service_key=parts.stores.service_key,
        keys=parts.keys,
        limiter=parts.limiter,
        recorder=parts.recorder,
        clock=parts.clock,
        random=parts.random,
    )


def _make_claiming(parts: Parts) -> Claiming:
    return Claiming(challenges=parts.stores.challenges, limiter=parts.limiter)


def make_authentication(parts: Parts, token_issuer: TokenIssuer) -> Authentication:
    return Authentication(
        verification=make_assertion_verification(parts),
        accounts=parts.stores.accounts,
        session_store=parts.stores.sessions,
        token_issuer=token_issuer,
        keys=parts.keys,
        recorder=parts.recorder,
        clock=parts.clock,
    )


def make_assertion_verification(parts: Parts) -> AssertionVerification:
    return AssertionVerification(
        policy=parts.settings.policy,
        accounts=parts.stores.accounts,
        claiming=_make_claiming(parts),
        limiter=parts.limiter,
        keys=parts.keys,
        recorder=parts.recorder,
        clock=parts.clock,
    )


def make_bound_gesture(parts: Parts) -> BoundGesture:
    return BoundGesture(
        begin_authentication=make_begin_authentication(parts),
        verification=make_assertion_verification(parts),
        accounts=parts.stores.accounts,
        recorder=parts.recorder,
        clock=parts.clock,
    )


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
