"""Stories about who sends a request, and the parts of all stories."""

from functools import cached_property
from typing import TYPE_CHECKING

from shared.composition.parts import Parts

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.composition.openid.clients import Fetching
    from shared.keys.operator_tokens import OperatorSecrets
    from shared.openid_provider.external_mfa.asking import Hints
    from shared.relying_party.callers.authenticate import BearerAuthentication, IdentityProviders
    from shared.relying_party.callers.authority_status import Authorities
    from shared.relying_party.callers.callers import Callers
    from shared.relying_party.callers.dpop_nonces import DpopNonces


def make_fetching() -> "Fetching":
    from shared.composition.openid.clients import make_fetching

    return make_fetching()


class CallerStories:
    def __init__(
        self,
        parts: Parts,
        providers: "Callable[[], IdentityProviders]",
        operator_secrets: "Callable[[], OperatorSecrets]",
        hints: "Callable[[], Hints | None]",
        fetching: "Callable[[], Fetching]" = make_fetching,
    ) -> None:
        """Each of these is called when it is first needed. `fetching` is for requests to others."""
        self._parts = parts
        self._providers = providers
        self._operator_secrets = operator_secrets
        self._hints = hints
        self._fetching = fetching

    @cached_property
    def bearer_authentication(self) -> "BearerAuthentication":
        from shared.composition.callers import make_bearer_authentication

        return make_bearer_authentication(self._parts, self._providers(), self.dpop_nonces)

    @cached_property
    def dpop_nonces(self) -> "DpopNonces":
        from shared.composition.callers import make_dpop_nonces

        return make_dpop_nonces(self._parts)

    @cached_property
    def callers(self) -> "Callers":
        from shared.composition.callers import make_callers

        return make_callers(self._parts, self._authorities)

    @cached_property
    def _authorities(self) -> "Authorities":
        from shared.composition.callers import make_authorities

        return make_authorities(self._parts)
