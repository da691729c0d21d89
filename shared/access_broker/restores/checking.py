"""Whether what was approved still holds right before Azure is asked: with us, and in the vault.

Approvers read the time of the recovery point and the name of the share, and not the IDs that the
vault has for them.
"""

from dataclasses import dataclass

from shared.access.restores.answers import Failure
from shared.access.restores.listing_answers import is_that_share, read_point
from shared.access.restores.record import Order
from shared.access.restores.requests import get_item, get_point
from shared.access.restores.share_restore import ShareRestore
from shared.access_broker.restores.azure import Azure, body_of, failure_of
from shared.access_broker.restores.standing import Standing
from shared.errors import ProviderUnavailable

_ABSENT = (404, 410)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checking:
    standing: Standing
    azure: Azure

    async def find_obstacle(self, order: Order, token: str) -> Failure | None:
        """Raises ProviderUnavailable, AnswerUnreadable, StorageUnavailable."""
        failure = await self.standing.find_obstacle(order)
        if failure is not None:
            return failure
        failure = await self._find_other_share(order, token)
        if failure is not None:
            return failure
        answer = await self.azure.send(get_point(order.action), token=token)
        if answer.status in _ABSENT:
            return Failure("recovery_point_not_found")
        if answer.status != 200:
            raise ProviderUnavailable(failure_of(answer).code)
        point = read_point(body_of(answer))
        if point.time != order.action.recovery_point_time:
            return Failure("recovery_point_has_another_time")
        return Failure("machine_encrypted") if point.is_encrypted else None

    async def _find_other_share(self, order: Order, token: str) -> Failure | None:
        """Raises ProviderUnavailable."""
        action = order.action
        if not isinstance(action, ShareRestore):
            return None
        answer = await self.azure.send(get_item(action), token=token)
        if answer.status in _ABSENT:
            return Failure("share_not_found")
        if answer.status != 200:
            raise ProviderUnavailable(failure_of(answer).code)
        if not is_that_share(body_of(answer), action):
            return Failure("share_has_another_name")
        return None
