"""What a profile's vault holds, for whoever may ask by the profile: so nobody types an address.

It is read by the profile's identity, and what the profile does not cover is not shown.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from shared.access.azure_names.backup_item import parse_item
from shared.access.profiles.eligibility import Obstacle, obstacles
from shared.access.profiles.profile import BackupRestore
from shared.access.restores.answers import AnswerUnreadable, Page, is_page_token
from shared.access.restores.coverage import Coverage, coverage_of
from shared.access.restores.listing_answers import (
    ListedItem,
    RecoveryPoint,
    read_items,
    read_points,
)
from shared.access.restores.requests import ArmRequest, list_items, list_points
from shared.access_broker.approvals.grounds import ProfileFinder
from shared.access_broker.approvals.senders import Bearer, Senders
from shared.access_broker.assertions import Acting
from shared.access_broker.people import People
from shared.access_broker.restores.azure import Azure
from shared.errors import AzureUnavailable, MalformedRequest, NotFound, ProviderUnavailable
from shared.rate_limits.limiter import RateLimiter
from shared.rate_limits.policy import Action

logger = logging.getLogger("touchstone.restores")


@dataclass(frozen=True, slots=True)
class _Vault:
    coverage: Coverage
    acting: Acting


@dataclass(frozen=True, slots=True, kw_only=True)
class Browsing:
    profiles: ProfileFinder
    senders: Senders
    people: People
    limiter: RateLimiter
    azure: Azure
    clock: Callable[[], datetime]

    async def items(
        self, profile: str, *, shares: bool, after: str | None, by: Bearer
    ) -> Page[ListedItem]:
        """One page of the machines, or of the file shares, as Azure has them, without what the
        profile does not cover: it may be empty though there are more. Raises TokenInvalid,
        NotFound, MalformedRequest, TooManyRequests, AzureUnavailable."""
        vault = await self._vault(profile, by)
        request = list_items(vault.coverage.vault, shares=shares, after=_page_token(after))
        page = await self._read(vault, request, read_items)
        covered = [each for each in page.entries if vault.coverage.has_item(each.item)]
        return replace(page, entries=covered)

    async def points(
        self, profile: str, item: str, *, after: str | None, by: Bearer
    ) -> Page[RecoveryPoint]:
        """Raises as `items`; NotFound also for an item that the profile does not cover."""
        vault = await self._vault(profile, by)
        try:
            known = parse_item(item)
        except ValueError as error:
            raise NotFound from error
        if not vault.coverage.has_item(known):
            raise NotFound
        request = list_points(vault.coverage.vault, known, after=_page_token(after))
        return await self._read(vault, request, read_points)

    async def _vault(self, name: str, by: Bearer) -> _Vault:
        """One answer for a profile that does not exist and for one that is not for this person."""
        profile, sender = await asyncio.gather(self.profiles.find(name), self.senders.confirm(by))
        person = await self.people.find(sender.handle)
        parameters = None if profile is None else profile.parameters
        if profile is None or person is None or not isinstance(parameters, BackupRestore):
            raise NotFound
        found = obstacles(profile, person, client=sender.client, gesture=None, now=self.clock())
        if Obstacle.NOT_LISTED in found or Obstacle.SUSPENDED in found:
            raise NotFound
        # Azure limits how often the identity may ask, and restores ask by the same one.
        await self.limiter.spend(Action.BACKUP, account=sender.handle)
        acting = Acting(profile=profile.name, identity=parameters.identity, person=sender.handle)
        return _Vault(coverage_of(parameters), acting)

    async def _read[T](
        self, vault: _Vault, request: ArmRequest, read: "Callable[..., Page[T]]"
    ) -> Page[T]:
        try:
            token = await self.azure.token(vault.acting)
            return read(await self.azure.read(request, token=token))
        except (ProviderUnavailable, AnswerUnreadable) as error:
            logger.warning(
                "the vault of profile %s cannot be read: %s", vault.acting.profile, error
            )
            raise AzureUnavailable from error


def _page_token(after: str | None) -> str | None:
    if after is not None and not is_page_token(after):
        raise MalformedRequest("after is not what a page has named.")
    return after
