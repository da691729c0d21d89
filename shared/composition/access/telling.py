"""How webhooks are told of approvals."""

from collections.abc import Callable

from shared.access.approvals.webhooks.notice import ApprovalNotice
from shared.access_broker.approvals.telling import ApprovalCourier, Webhook
from shared.composition.access.approvals import ApprovalParts
from shared.composition.openid.clients import Fetching
from shared.delivery import Delivery


def make_approval_delivery(
    given: ApprovalParts, fetching: Callable[[], Fetching]
) -> Delivery[ApprovalNotice, Webhook]:
    parts = given.parts
    courier = ApprovalCourier(
        issuer=parts.settings.tokens.issuer,
        store=parts.stores.approvals,
        profiles=given.profiles,
        https=lambda: fetching().notices,
        keys=parts.keys,
        recorder=parts.recorder,
        clock=parts.clock,
    )
    return Delivery(notices=parts.stores.approval_notices, courier=courier, clock=parts.clock)
