"""Stories about accounts before their first credential."""

from functools import partial

from shared.composition.parts import Parts
from shared.identity_providers.provider import issuers_of
from shared.openid.external_mfa.configuration import ExternalMfa
from shared.relying_party.callers.callers import Callers
from shared.relying_party.onboarding.linked_subjects import LinkedSubjects
from shared.relying_party.onboarding.links import Links
from shared.relying_party.onboarding.passes import Passes
from shared.relying_party.onboarding.provider_groups import ProviderGroups
from shared.relying_party.onboarding.provisioning import Provisioning
from shared.relying_party.onboarding.redeeming import Redeeming
from shared.relying_party.onboarding.unused_accounts import UnusedAccounts


def make_linked_subjects(parts: Parts) -> LinkedSubjects:
    return LinkedSubjects(
        link_store=parts.stores.links,
        accounts=parts.stores.accounts,
        recorder=parts.recorder,
        clock=parts.clock,
    )


def make_provider_groups(parts: Parts) -> ProviderGroups:
    return ProviderGroups(
        accounts=parts.stores.accounts, link_store=parts.stores.links, recorder=parts.recorder
    )


def make_links(parts: Parts, linked_subjects: LinkedSubjects, callers: Callers) -> Links:
    return Links(
        linked_subjects=linked_subjects,
        provider_groups=make_provider_groups(parts),
        link_store=parts.stores.links,
        accounts=parts.stores.accounts,
        issuers=_linkable(parts),
        can_name=partial(_can_name, parts.settings.external_mfa),
        callers=callers,
        recorder=parts.recorder,
    )


def _linkable(parts: Parts) -> frozenset[str]:
    """The issuers whose users may be linked to accounts."""
    external_mfa = parts.settings.external_mfa
    return issuers_of(parts.settings.providers) | ({external_mfa.issuer} if external_mfa else set())


def _can_name(external_mfa: ExternalMfa | None, issuer: str, subject: str) -> bool:
    """The subjects of other issuers depend on their tokens alone."""
    if external_mfa is None or issuer != external_mfa.issuer:
        return True
    return external_mfa.can_name(subject)


def make_provisioning(parts: Parts, linked_subjects: LinkedSubjects) -> Provisioning:
    return Provisioning(
        accounts=parts.stores.accounts,
        link_store=parts.stores.links,
        linked_subjects=linked_subjects,
        provider_groups=make_provider_groups(parts),
        service_key=parts.stores.service_key,
        recorder=parts.recorder,
        clock=parts.clock,
        random=parts.random,
    )


def make_passes(parts: Parts, provisioning: Provisioning, callers: Callers) -> Passes:
    return Passes(
        pass_store=parts.stores.passes,
        accounts=parts.stores.accounts,
        provisioning=provisioning,
        callers=callers,
        policy=parts.settings.passes,
        service_key=parts.stores.service_key,
        recorder=parts.recorder,
        clock=parts.clock,
        random=parts.random,
    )


def make_redeeming(parts: Parts) -> Redeeming:
    return Redeeming(
        pass_store=parts.stores.passes,
        accounts=parts.stores.accounts,
        service_key=parts.stores.service_key,
        keys=parts.keys,
        limiter=parts.limiter,
        recorder=parts.recorder,
        clock=parts.clock,
    )


def make_unused_accounts(parts: Parts) -> UnusedAccounts:
    return UnusedAccounts(
        awaited=parts.stores.awaited, accounts=parts.stores.accounts, recorder=parts.recorder
    )
