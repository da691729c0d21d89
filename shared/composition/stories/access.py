"""Stories of access that people ask for."""

from functools import cached_property
from typing import TYPE_CHECKING

from shared.composition.stories.devices import DeviceStories

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.access_broker.approvals.senders import Senders
    from shared.access_broker.profiles.administration import ProfileAdministration
    from shared.access_broker.profiles.explaining import Explaining
    from shared.access_broker.profiles.listing import AccessListing
    from shared.entra.entra_tokens import EntraTokens


class AccessStories(DeviceStories):
    @cached_property
    def approval_senders(self) -> "Senders":
        from shared.access_broker.approvals.senders import Senders

        return Senders(
            callers=self.callers,
            accounts=self._parts.stores.accounts,
            live_grants=self._live_grants,
            clients=self.client_directory,
            issuer=self._parts.settings.tokens.issuer,
        )

    @cached_property
    def _entra(self) -> "Callable[[], EntraTokens]":
        from shared.composition.access.entra import make_entra

        return make_entra(self._parts, self._fetching)

    @cached_property
    def access_profiles(self) -> "ProfileAdministration":
        from shared.composition.access.profiles import make_profile_administration

        return make_profile_administration(self._parts, self.callers)

    @cached_property
    def access_listing(self) -> "AccessListing":
        from shared.composition.access.profiles import make_access_listing

        return make_access_listing(self._parts, self.profile_directory, self.approval_senders)

    @cached_property
    def explaining(self) -> "Explaining":
        from shared.composition.access.profiles import make_explaining

        return make_explaining(self._parts, self.profile_directory, self.callers)
