"""Stories about tokens for resources elsewhere."""

from functools import cached_property
from typing import TYPE_CHECKING

from shared.composition.stories.approvals import ApprovalStories

if TYPE_CHECKING:
    from shared.access_broker.exchange.exchanging import TokenExchange


class ExchangeStories(ApprovalStories):
    @cached_property
    def token_exchange(self) -> "TokenExchange":
        from shared.composition.access.exchange import make_token_exchange

        return make_token_exchange(
            self._parts,
            profiles=self.profile_directory,
            bearer_authentication=self.bearer_authentication,
            senders=self.approval_senders,
            live_grants=self._live_grants,
            asking=self.approval_asking,
            using=self.approval_using,
            entra=self._entra,
        )
