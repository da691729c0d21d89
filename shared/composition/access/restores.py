"""Stories of restores."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from shared.access_broker.approvals.using import Using
from shared.access_broker.people import People
from shared.access_broker.restores.azure import Azure, Tokens
from shared.access_broker.restores.browsing import Browsing
from shared.access_broker.restores.changing import RestoreChanges
from shared.access_broker.restores.checking import Checking
from shared.access_broker.restores.following import Following
from shared.access_broker.restores.identity_tokens import IdentityTokens
from shared.access_broker.restores.posting import Posting
from shared.access_broker.restores.searching import Searching
from shared.access_broker.restores.standing import Standing
from shared.access_broker.restores.starting import Starting
from shared.access_broker.restores.watching import Watching
from shared.composition.access.approvals import ApprovalParts, make_looking
from shared.composition.access.entra import make_assertions
from shared.composition.openid.clients import Fetching
from shared.composition.parts import Parts

if TYPE_CHECKING:  # these load libraries
    from shared.entra.entra_tokens import EntraTokens
    from shared.fetching.resource_manager import ResourceManager


@dataclass(frozen=True, slots=True, kw_only=True)
class RestoreParts:
    """What the stories of restores are built from, beside what those of approvals are."""

    approvals: ApprovalParts
    manager: "Callable[[], ResourceManager]"
    tokens: Tokens

    @property
    def azure(self) -> Azure:
        return Azure(manager=self.manager, tokens=self.tokens)


def make_browsing(given: RestoreParts) -> Browsing:
    approvals = given.approvals
    return Browsing(
        profiles=approvals.profiles,
        senders=approvals.senders,
        people=People(approvals.parts.stores.accounts),
        limiter=approvals.parts.limiter,
        azure=given.azure,
        clock=approvals.parts.clock,
    )


def make_restore_following(given: RestoreParts) -> Following:
    parts = given.approvals.parts
    changes = _make_changes(parts)
    searching = Searching(azure=given.azure, clock=parts.clock)
    return Following(
        store=parts.stores.restores,
        changes=changes,
        posting=Posting(
            changes=changes,
            checking=Checking(
                standing=Standing(
                    profiles=given.approvals.profiles, people=People(parts.stores.accounts)
                ),
                azure=given.azure,
            ),
            azure=given.azure,
            searching=searching,
            clock=parts.clock,
        ),
        watching=Watching(
            changes=changes, azure=given.azure, searching=searching, clock=parts.clock
        ),
        clock=parts.clock,
    )


def make_starting(given: RestoreParts, following: Following, using: Using) -> Starting:
    parts = given.approvals.parts
    return Starting(
        using=using,
        looking=make_looking(given.approvals),
        senders=given.approvals.senders,
        store=parts.stores.restores,
        changes=_make_changes(parts),
        following=following,
        clock=parts.clock,
    )


def _make_changes(parts: Parts) -> RestoreChanges:
    return RestoreChanges(
        store=parts.stores.restores,
        keys=parts.keys,
        recorder=parts.recorder,
        clock=parts.clock,
        random=parts.random,
    )


def make_restore_parts(
    approvals: ApprovalParts,
    fetching: Callable[[], Fetching],
    entra: "Callable[[], EntraTokens]",
) -> RestoreParts:
    parts = approvals.parts

    def manager() -> "ResourceManager":
        from shared.fetching.resource_manager import ResourceManager

        return ResourceManager(lambda: fetching().resource_manager)

    tokens = IdentityTokens(entra=entra, assertions=make_assertions(parts), random=parts.random)
    return RestoreParts(approvals=approvals, manager=cache(manager), tokens=tokens)
