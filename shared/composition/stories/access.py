"""Stories of access that people ask for."""

from functools import cached_property
from typing import TYPE_CHECKING

from shared.composition.stories.openid_provider import ProviderStories

if TYPE_CHECKING:
    from shared.access_broker.profiles.administration import ProfileAdministration
    from shared.access_broker.profiles.directory import ProfileDirectory


class AccessStories(ProviderStories):
    @cached_property
    def access_profiles(self) -> "ProfileAdministration":
        from shared.composition.access.profiles import make_profile_administration

        return make_profile_administration(self._parts, self.callers)

    @cached_property
    def profile_directory(self) -> "ProfileDirectory":
        from shared.composition.access.profiles import make_profile_directory

        return make_profile_directory(self._parts)
