"""Which profiles count: those of the settings, and of the stored ones those that agree with them.

The settings may have changed since a profile was stored. Then theirs counts.
"""

from collections.abc import Iterable, Iterator, Sequence

from shared.access.profiles.exclusive import check_exclusive
from shared.access.profiles.json_schemas import ValueFault
from shared.access.profiles.profile import Profile


def visible(from_settings: Sequence[Profile], stored: Iterable[Profile]) -> list[Profile]:
    """Sorted by name."""
    return sorted(
        [*from_settings, *_agreeing(from_settings, stored)], key=lambda profile: profile.name
    )


def _agreeing(from_settings: Sequence[Profile], stored: Iterable[Profile]) -> Iterator[Profile]:
    names = {profile.name for profile in from_settings}
    for profile in stored:
        try:
            check_exclusive(profile, from_settings)
        except ValueFault:
            continue
        if profile.name not in names:
            yield profile
