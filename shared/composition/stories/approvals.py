"""Stories of approvals."""

from functools import cached_property
from typing import TYPE_CHECKING

from shared.composition.stories.access import AccessStories

if TYPE_CHECKING:
    from shared.access.approvals.webhooks.notice import ApprovalNotice
    from shared.access_broker.approvals.asking import Asking
    from shared.access_broker.approvals.deciding import Deciding
    from shared.access_broker.approvals.following import Following
    from shared.access_broker.approvals.looking import Looking
    from shared.access_broker.approvals.telling import Webhook
    from shared.access_broker.approvals.using import Using
    from shared.composition.access.approvals import ApprovalParts
    from shared.delivery import Delivery


class ApprovalStories(AccessStories):
    @cached_property
    def _approval_parts(self) -> "ApprovalParts":
        from shared.composition.access.approvals import ApprovalParts

        return ApprovalParts(
            parts=self._parts,
            profiles=self.profile_directory,
            senders=self.approval_senders,
            authorities=self._authorities,
        )

    @cached_property
    def _approval_looking(self) -> "Looking":
        from shared.composition.access.approvals import make_looking

        return make_looking(self._approval_parts)

    @cached_property
    def approval_asking(self) -> "Asking":
        from shared.composition.access.approvals import make_asking

        return make_asking(self._approval_parts)

    @cached_property
    def approval_following(self) -> "Following":
        from shared.composition.access.approvals import make_following

        return make_following(self._approval_parts, self._approval_looking)

    @cached_property
    def approval_deciding(self) -> "Deciding":
        from shared.composition.access.approvals import make_deciding

        return make_deciding(self._approval_parts, self._approval_looking)

    @cached_property
    def approval_using(self) -> "Using":
        from shared.composition.access.approvals import make_using

        return make_using(self._approval_parts)

    @cached_property
    def approval_delivery(self) -> "Delivery[ApprovalNotice, Webhook]":
        from shared.composition.access.telling import make_approval_delivery

        return make_approval_delivery(self._approval_parts, self._fetching)
