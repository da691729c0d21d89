"""Stories about accounts before their first credential."""

from shared.composition.parts import Parts
from shared.relying_party.callers.callers import Callers
from shared.relying_party.onboarding.links import Links
from shared.relying_party.onboarding.passes import Passes
from shared.relying_party.onboarding.provisioning import Provisioning
from shared.relying_party.onboarding.unused_accounts import UnusedAccounts


def make_links(parts: Parts, callers: Callers) -> Links:
    return Links(parts.resources, callers=callers)


def make_provisioning(parts: Parts, links: Links) -> Provisioning:
    return Provisioning(parts.resources, links=links)


def make_passes(parts: Parts, provisioning: Provisioning, callers: Callers) -> Passes:
    return Passes(parts.resources, provisioning, callers=callers)


def make_unused_accounts(parts: Parts) -> UnusedAccounts:
    return UnusedAccounts(parts.resources)
