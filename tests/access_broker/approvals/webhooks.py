"""What tests of webhooks share."""

from datetime import timedelta

from shared.access.approvals.webhooks.notice import ApprovalNotice
from shared.composition.access.telling import make_approval_delivery
from tests.access_broker.approvals.desk import Desk
from tests.fakes.tls import Tls
from tests.openid_provider.clients import fetching_from


async def deliver(desk: Desk, tls: Tls) -> int:
    """As the timer does."""
    delivery = make_approval_delivery(desk.given, lambda: fetching_from(tls))
    return await delivery.deliver(until=desk.party.clock() + timedelta(minutes=1))


async def noted(desk: Desk) -> list[ApprovalNotice]:
    """All notices, due or not."""
    at = desk.party.clock.now.replace(year=2100)
    due = await desk.party.stores.approval_notices.due(at, limit=100)
    return [each.notice for each in due.notices]
