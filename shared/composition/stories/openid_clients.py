"""Stories about the clients of the OpenID provider."""

from functools import cached_property
from typing import TYPE_CHECKING

from shared.composition.stories.accounts import AccountStories

if TYPE_CHECKING:
    from shared.access_broker.profiles.directory import ProfileDirectory
    from shared.access_broker.web.sites import Sites
    from shared.openid_provider.client_authentication import ClientAuthentication
    from shared.openid_provider.client_directory import ClientDirectory
    from shared.openid_provider.registered_clients import RegisteredClients


class ClientStories(AccountStories):
    @cached_property
    def registered_clients(self) -> "RegisteredClients":
        from shared.composition.openid.clients import make_registered_clients

        return make_registered_clients(self._parts)

    @cached_property
    def client_directory(self) -> "ClientDirectory":
        from shared.composition.openid.clients import make_client_directory

        return make_client_directory(
            self._parts, self.registered_clients, self._fetching, lambda: self.sites
        )

    @cached_property
    def profile_directory(self) -> "ProfileDirectory":
        from shared.composition.access.profiles import make_profile_directory

        return make_profile_directory(self._parts)

    @cached_property
    def sites(self) -> "Sites":
        from shared.composition.access.web import make_sites

        return make_sites(self._parts, self.profile_directory)

    @cached_property
    def client_authentication(self) -> "ClientAuthentication":
        from shared.composition.openid.clients import make_client_authentication

        return make_client_authentication(self._parts, self.client_directory, self._fetching)
