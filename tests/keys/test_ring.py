"""Which version signs, and which are published, as one instance sees it."""

from datetime import timedelta

import pytest

from shared.errors import KeysUnavailable
from shared.keys.ring import (
    ALWAYS,
    NEVER,
    KeyVersion,
    Ring,
    Timing,
    sealing_timing,
    signing_timing,
)
from tests.keys.clock import at

OVERLAP, RETENTION = 1000, 360
TIMING = Timing(overlap=timedelta(seconds=OVERLAP), retention=timedelta(seconds=RETENTION))
LATER = 100_000


def version(
    name: str,
    created: float,
    *,
    visible: float | None = None,
    not_before: float | None = None,
    expires: float | None = None,
) -> KeyVersion[str]:
    return KeyVersion(
        key=name,
        version=name,
        created_at=at(created),
        visible_since=at(created if visible is None else visible),
        not_before=ALWAYS if not_before is None else at(not_before),
        expires_at=NEVER if expires is None else at(expires),
    )


def ring(*versions: KeyVersion[str]) -> Ring[str]:
    return Ring(versions, TIMING)


def test_the_only_version_signs_immediately() -> None:
    keys = ring(version("a", 0))
    assert keys.current(at(0)) == "a"
    assert keys.published(at(0)) == ("a",)


def test_a_new_version_is_published_first_and_signs_later() -> None:
    keys = ring(version("a", 0), version("b", LATER))
    assert keys.published(at(LATER)) == ("b", "a")
    assert keys.current(at(LATER)) == "a"
    assert keys.current(at(LATER + OVERLAP - 1)) == "a"
    assert keys.current(at(LATER + OVERLAP)) == "b"


def test_an_old_version_is_published_until_its_last_token_has_expired() -> None:
    keys = ring(version("a", 0), version("b", LATER))
    last = LATER + OVERLAP + RETENTION
    assert keys.published(at(last - 1)) == ("b", "a")
    assert keys.published(at(last)) == ("b",)


def test_the_order_of_versions_does_not_matter() -> None:
    versions = version("a", 0), version("b", LATER), version("c", 2 * LATER)
    for now in (at(LATER + OVERLAP), at(2 * LATER), at(3 * LATER)):
        assert ring(*versions).current(now) == ring(*reversed(versions)).current(now)
        assert ring(*versions).published(now) == ring(*reversed(versions)).published(now)


def test_instances_choose_the_same_of_two_versions_of_one_second() -> None:
    one, other = version("a", 0), version("b", 0)
    for now in (at(0), at(LATER)):
        assert ring(one, other).current(now) == ring(other, one).current(now)


def test_the_wait_of_a_version_begins_when_it_is_enabled() -> None:
    keys = ring(version("a", 0), version("b", 10, visible=LATER))
    assert keys.current(at(LATER + OVERLAP - 1)) == "a"
    assert keys.current(at(LATER + OVERLAP)) == "b"


def test_a_version_does_not_sign_before_its_start() -> None:
    keys = ring(version("a", 0), version("b", 0, not_before=LATER))
    assert keys.current(at(LATER - 1)) == "a"
    assert keys.current(at(LATER)) == "b"
    assert keys.published(at(10)) == ("b", "a")


def test_the_oldest_of_several_new_versions_signs() -> None:
    """It is before its start, but all instances know it, and not all know the other."""
    keys = ring(version("a", 0, not_before=LATER), version("b", 10))
    assert keys.current(at(20)) == "a"


DAY = 86_400


def upgraded(*versions: KeyVersion[str]) -> Ring[str]:
    """The service since it publishes a new version for a day before it signs."""
    overlap = timedelta(seconds=DAY + OVERLAP)
    return Ring(versions, Timing(overlap=overlap, retention=timedelta(seconds=RETENTION)))


@pytest.mark.parametrize("since", [0, OVERLAP - 1, OVERLAP, OVERLAP + RETENTION, DAY + OVERLAP - 1])
def test_a_service_that_waits_for_longer_since_an_upgrade_refuses_no_token(since: int) -> None:
    """The new version may sign already when the upgraded service starts. Then the old one, which is
    known for longer, signs again until the time is over. The guide to upgrades says so."""
    versions = version("a", 0), version("b", LATER)
    before, after, now = ring(*versions), upgraded(*versions), at(LATER + since)
    assert after.current(now) == "a"
    assert set(after.published(now)) >= {before.current(now), "a"}
    assert after.current(at(LATER + DAY + OVERLAP)) == "b"
    assert after.published(at(LATER + DAY + OVERLAP)) == ("b", "a")


@pytest.mark.parametrize("since", [0, OVERLAP, DAY])
def test_after_an_upgrade_a_new_version_signs_early_only_without_another(since: int) -> None:
    over = version("a", 0, expires=LATER)
    assert upgraded(over, version("b", LATER)).current(at(LATER + since)) == "b"
    assert upgraded(version("b", LATER)).published(at(LATER + since)) == ("b",)


def test_a_change_of_the_old_version_lets_the_new_one_sign_and_refuses_no_token() -> None:
    """Key Vault cannot tell it from an old version that was enabled again, which nobody knows. The
    guide warns of it."""
    changed = LATER + OVERLAP // 2
    keys = ring(version("a", 0, visible=changed), version("b", LATER))
    assert keys.current(at(changed)) == "b"
    assert keys.published(at(changed + RETENTION - 1)) == ("b", "a")
    assert keys.published(at(changed + RETENTION)) == ("b",)


def test_a_change_of_a_version_that_signs_no_more_does_not_publish_it_again() -> None:
    """Somebody may have its key, and write so on it before disabling it."""
    changed = LATER + OVERLAP + RETENTION
    keys = ring(version("a", 0, visible=changed), version("b", LATER))
    assert keys.published(at(changed)) == ("b",)


def test_an_expired_version_is_dropped_immediately() -> None:
    keys = ring(version("a", 0), version("b", LATER, expires=2 * LATER))
    assert keys.published(at(2 * LATER - 1)) == ("b", "a")
    assert keys.published(at(2 * LATER)) == ("a",)
    assert keys.usable(at(2 * LATER)) == ("a",)


def test_no_token_outlives_the_version_that_signed_it() -> None:
    keys = ring(version("a", 0), version("b", LATER, expires=2 * LATER))
    assert keys.current(at(2 * LATER - RETENTION - 1)) == "b"
    assert keys.current(at(2 * LATER - RETENTION)) == "a"


def test_a_version_is_published_before_it_signs_again() -> None:
    keys = ring(version("a", 0), version("b", LATER, expires=2 * LATER))
    again = 2 * LATER - RETENTION
    assert keys.published(at(again - OVERLAP - 1)) == ("b",)
    assert keys.published(at(again - OVERLAP)) == ("b", "a")


def test_the_last_version_signs_until_it_expires() -> None:
    keys = ring(version("a", 0, expires=LATER))
    assert keys.current(at(LATER - 1)) == "a"


@pytest.mark.parametrize("versions", [(), (version("a", 0, expires=10),)], ids=["none", "expired"])
def test_a_ring_is_never_empty(versions: tuple[KeyVersion[str], ...]) -> None:
    keys = ring(*versions)
    for ask in (keys.current, keys.published):
        with pytest.raises(KeysUnavailable):
            ask(at(10))


def test_a_slow_clock_does_not_make_a_ring_empty() -> None:
    keys = ring(version("a", 30))
    assert keys.current(at(0)) == "a"
    assert keys.published(at(0)) == ("a",)


def test_every_enabled_version_can_open_sealed_data() -> None:
    keys = ring(version("a", 0), version("b", LATER), version("c", 2 * LATER))
    assert keys.usable(at(3 * LATER)) == ("c", "b", "a")


def test_the_overlap_covers_idle_instances_caches_and_clocks() -> None:
    max_age, lifetime = timedelta(seconds=600), timedelta(seconds=300)
    signing = signing_timing(max_age=max_age, token_lifetime=lifetime)
    assert signing.overlap == timedelta(seconds=600 + 300 + 60)
    assert signing.retention == timedelta(seconds=300 + 60)
    sealing = sealing_timing(max_age=max_age, seal_lifetime=lifetime)
    assert sealing.overlap == timedelta(seconds=600 + 60)
    assert sealing.retention == timedelta(seconds=300 + 60)
