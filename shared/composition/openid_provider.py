"""Stories of the provider of OpenID Connect."""

from shared.composition.openid.clients import fixed_clients
from shared.composition.parts import Parts
from shared.composition.passkeys import make_bound_gesture
from shared.openid_provider.client_administration import ClientAdministration
from shared.openid_provider.external_mfa.asking import Asking, Hints
from shared.openid_provider.external_mfa.confirming import Confirming
from shared.openid_provider.external_mfa.stories import ExternalMfaStories
from shared.openid_provider.secret_administration import SecretAdministration
from shared.relying_party.callers.callers import Callers
from shared.relying_party.onboarding.linked_subjects import LinkedSubjects


def make_external_mfa(
    parts: Parts, hints: Hints | None, linked_subjects: LinkedSubjects
) -> ExternalMfaStories | None:
    """Return None if Entra may not ask."""
    configuration = parts.settings.external_mfa
    if configuration is None or hints is None:
        return None
    asking = Asking(
        configuration=configuration,
        hints=hints,
        keys=parts.keys,
        clock=parts.clock,
        random=parts.random,
    )
    confirming = Confirming(
        configuration=configuration,
        gesture=make_bound_gesture(parts),
        link_store=parts.stores.links,
        linked_subjects=linked_subjects,
        accounts=parts.stores.accounts,
        keys=parts.keys,
        recorder=parts.recorder,
        clock=parts.clock,
    )
    return ExternalMfaStories(configuration=configuration, ask=asking, confirming=confirming)


def make_client_administration(parts: Parts, callers: Callers) -> ClientAdministration:
    return ClientAdministration(
        callers=callers,
        store=parts.stores.clients,
        from_settings=fixed_clients(parts.settings),
        recorder=parts.recorder,
        random=parts.random,
    )


def make_secret_administration(parts: Parts, clients: ClientAdministration) -> SecretAdministration:
    return SecretAdministration(clients, clock=parts.clock, random=parts.random)
