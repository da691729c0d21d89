"""Profiles, as administrators make and change them. Each change is an event.

Whoever changes a profile can give access to anybody. So each change needs a fresh sign-in, and its
event says what is different now.
"""

import asyncio
from collections.abc import Sequence
from functools import partial

from shared.access.profiles.difference import all_members, changed_members, show_members
from shared.access.profiles.documents import state_of
from shared.access.profiles.exclusive import check_exclusive
from shared.access.profiles.json_schemas import ValueFault
from shared.access.profiles.profile import Kind as ProfileKind
from shared.access.profiles.profile import Profile
from shared.accounts.roles import Role
from shared.audit.event import Kind
from shared.audit.facts import Fact
from shared.errors import NotFound
from shared.errors.access import (
    ProfileChanged,
    ProfileExists,
    ProfileFromSettings,
    ProfileKindOff,
    ProfileLimitReached,
    ProfilesChanged,
    ProfileShares,
)
from shared.principals import Principal
from shared.recording.actors import bearer
from shared.recording.attempt import Attempt
from shared.recording.audit_recorder import AuditRecorder
from shared.relying_party.callers.callers import Callers
from shared.storage.access.profiles import MOST_PROFILES, ProfileSet, ProfileStore, StoredProfile

type Versions = frozenset[str] | None
"""The versions that a change may replace. None: any."""


class ProfileAdministration:
    def __init__(
        self,
        *,
        callers: Callers,
        store: ProfileStore,
        from_settings: Sequence[Profile],
        certificates: bool,
        recorder: AuditRecorder,
    ) -> None:
        self._callers = callers
        self._store = store
        self._from_settings = {each.name: each for each in from_settings}
        self._certificates = certificates
        self._recorder = recorder

    async def all(self, *, by: Principal) -> list[Profile]:
        """Sorted by name. Raises TokenInvalid, NotPermitted."""
        known, _ = await asyncio.gather(self._store.all(), self._require_role(by))
        # A name that has come to the settings since is theirs.
        stored = {each.profile.name: each.profile for each in known.stored} | self._from_settings
        return [stored[name] for name in sorted(stored)]

    async def one(self, name: str, *, by: Principal) -> Profile:
        """Raises TokenInvalid, NotPermitted, NotFound."""
        found = next((each for each in await self.all(by=by) if each.name == name), None)
        if found is None:
            raise NotFound
        return found

    async def create(self, profile: Profile, *, by: Principal) -> Profile:
        """Raises TokenInvalid, NotPermitted, StepUpRequired, ProfileExists, ProfileShares,
        ProfileKindOff, ProfileLimitReached, ProfilesChanged."""
        async with self._attempt(Kind.PROFILE_CREATED, by=by) as attempt:
            known = await self._require_to_change(attempt, profile.name, by=by)
            if profile.name in known.names or profile.name in self._from_settings:
                raise ProfileExists
            if len(known.names) >= MOST_PROFILES:
                raise ProfileLimitReached
            self._check(profile, known)
            facts = _state(profile) | {"after": show_members(profile, all_members(profile))}
            await attempt.announce(self._store.partition, facts=facts)
            if not await attempt.try_commit(partial(self._store.add, profile, known)):
                raise ProfilesChanged
        return profile

    async def replace(self, profile: Profile, *, versions: Versions, by: Principal) -> Profile:
        """Raises TokenInvalid, NotPermitted, StepUpRequired, NotFound, ProfileFromSettings,
        ProfileChanged, ProfileShares, ProfileKindOff, ProfilesChanged."""
        async with self._attempt(Kind.PROFILE_CHANGED, by=by) as attempt:
            known = await self._require_to_change(attempt, profile.name, by=by)
            stored = self._stored(profile.name, known, versions)
            self._check(profile, known)
            if profile != stored.profile:
                facts = _difference(stored.profile, profile) | _state(profile)
                await attempt.announce(self._store.partition, facts=facts)
                change = partial(self._store.replace, stored, profile, known)
                if not await attempt.try_commit(change):
                    raise ProfilesChanged
        return profile

    async def remove(self, name: str, *, versions: Versions, by: Principal) -> None:
        """For any version, the row need not be readable. Raises the errors of `replace`."""
        async with self._attempt(Kind.PROFILE_REMOVED, by=by) as attempt:
            known = await self._require_to_change(attempt, name, by=by)
            self._require_of_tables(name)
            etag = None if versions is None else self._stored(name, known, versions).etag
            await attempt.announce(self._store.partition)
            if not await attempt.try_commit(partial(self._store.remove, name, etag)):
                raise ProfileChanged if etag else NotFound

    def _attempt(self, kind: Kind, *, by: Principal) -> Attempt:
        return self._recorder.attempt(kind, actor=bearer(by))

    async def _require_role(self, by: Principal) -> None:
        await self._callers.require_role(by, Role.PROFILES_ADMIN)

    async def _require_to_change(self, attempt: Attempt, name: str, *, by: Principal) -> ProfileSet:
        """The event names the profile only if the caller has the role: nobody else may put a text
        of their own into the log, which is kept forever."""
        known, _ = await asyncio.gather(self._store.all(), self._require_role(by))
        attempt.add_details(facts={"profile": name})
        self._callers.require_fresh(by)
        return known

    def _stored(self, name: str, known: ProfileSet, versions: Versions) -> StoredProfile:
        self._require_of_tables(name)
        stored = known.find(name)
        if stored is None:
            raise NotFound
        if versions is not None and state_of(stored.profile) not in versions:
            raise ProfileChanged
        return stored

    def _require_of_tables(self, name: str) -> None:
        if name in self._from_settings:
            raise ProfileFromSettings

    def _check(self, profile: Profile, known: ProfileSet) -> None:
        """Raises ProfileShares, ProfileKindOff."""
        if profile.kind is ProfileKind.POSTGRESQL_CERTIFICATE and not self._certificates:
            raise ProfileKindOff
        stored = [each.profile for each in known.stored if each.profile.name != profile.name]
        try:
            check_exclusive(profile, [*self._from_settings.values(), *stored])
        except ValueFault as fault:
            raise ProfileShares from fault


def _state(profile: Profile) -> dict[str, Fact]:
    return {"state": state_of(profile)}


def _difference(before: Profile, after: Profile) -> dict[str, Fact]:
    changed = changed_members(before, after)
    return {
        "changed": " ".join(changed),
        "before": show_members(before, changed),
        "after": show_members(after, changed),
    }
