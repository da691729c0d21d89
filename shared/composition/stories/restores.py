"""Stories of restores."""

from functools import cached_property
from typing import TYPE_CHECKING

from shared.composition.stories.token_exchange import ExchangeStories

if TYPE_CHECKING:
    from shared.access_broker.restores.browsing import Browsing
    from shared.access_broker.restores.following import Following
    from shared.access_broker.restores.starting import Starting
    from shared.composition.access.restores import RestoreParts


class RestoreStories(ExchangeStories):
    @cached_property
    def _restore_parts(self) -> "RestoreParts":
        from shared.composition.access.restores import make_restore_parts

        return make_restore_parts(self._approval_parts, self._fetching, self._entra)

    @cached_property
    def backup_browsing(self) -> "Browsing":
        from shared.composition.access.restores import make_browsing

        return make_browsing(self._restore_parts)

    @cached_property
    def restore_following(self) -> "Following":
        from shared.composition.access.restores import make_restore_following

        return make_restore_following(self._restore_parts)

    @cached_property
    def restore_starting(self) -> "Starting":
        from shared.composition.access.restores import make_starting

        return make_starting(self._restore_parts, self.restore_following, self.approval_using)
