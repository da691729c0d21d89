"""How long keys are needed, by what the settings let the service do."""

import json
from datetime import timedelta

from shared.composition.key_lifetimes import KeyLifetimes, key_lifetimes
from shared.keys.cached import max_age
from shared.keys.ring import KeyVersion, Ring, sealing_timing, signing_timing
from shared.settings import read_settings
from tests.documents import REPOSITORY
from tests.fakes.entra import CLIENT_ID, TENANT
from tests.harness.service_harness import SETTINGS, Clock

ENTRA = json.dumps({"clientId": CLIENT_ID, "tenants": [TENANT]})
MINUTE = timedelta(minutes=1)


def lifetimes(**changes: str) -> KeyLifetimes:
    return key_lifetimes(read_settings({**SETTINGS, **changes}))


def signer(*, age: timedelta, chosen: KeyLifetimes) -> str:
    """Of an old key, and one that is so old."""
    now = Clock().now
    versions = [
        KeyVersion(key=name, version=name, created_at=made, visible_since=made)
        for name, made in (("old", now - timedelta(days=300)), ("new", now - age))
    ]
    timing = signing_timing(
        max_age=10 * MINUTE,
        token_lifetime=chosen["token_lifetime"],
        jwks_cache=chosen["jwks_cache"],
    )
    ring = Ring(versions, timing)
    assert ring.published(now)[0] == "new"
    return ring.current(now)


def test_without_entra_the_settings_of_tokens_and_the_requests_of_clients_decide() -> None:
    short = lifetimes(ACCESS_TOKEN_SECONDS="60", CEREMONY_SECONDS="30")
    long = lifetimes(ACCESS_TOKEN_SECONDS="3600", CEREMONY_SECONDS="600")

    # Clients may have tokens of 15 minutes.
    assert (short["token_lifetime"], short["seal_lifetime"]) == (15 * MINUTE, 15 * MINUTE)
    assert (long["token_lifetime"], long["seal_lifetime"]) == (60 * MINUTE, 60 * MINUTE)


def test_applications_know_a_new_key_for_a_day_before_it_signs() -> None:
    """Those of .NET read a key set every 12 hours, and after a key that is new to them they refuse
    tokens for up to five minutes."""
    chosen = lifetimes()

    assert signer(age=timedelta(days=1), chosen=chosen) == "old"
    assert signer(age=timedelta(days=1, minutes=11), chosen=chosen) == "new"


def test_the_guide_says_when_a_new_key_signs() -> None:
    guide = (REPOSITORY / "docs/keys.md").read_text(encoding="utf-8")
    for changes in ({}, {"EXTERNAL_MFA": ENTRA}):
        timing = signing_timing(
            max_age=max_age(timedelta(seconds=300)),
            token_lifetime=MINUTE,
            jwks_cache=lifetimes(**changes)["jwks_cache"],
        )
        assert timing.overlap % timedelta(days=1) == 11 * MINUTE
        days = {1: "one day", 2: "two days"}[timing.overlap.days]
        assert f"signs {days} and 11 minutes" in guide or f"or {days} and 11 minutes" in guide


def test_the_guide_says_when_an_old_key_may_be_disabled() -> None:
    guide = (REPOSITORY / "docs/keys.md").read_text(encoding="utf-8")
    chosen, age = lifetimes(), max_age(timedelta(seconds=300))
    signing = signing_timing(max_age=age, token_lifetime=chosen["token_lifetime"])
    sealing = sealing_timing(max_age=age, seal_lifetime=chosen["seal_lifetime"])
    assert f"has expired: {signing.retention // MINUTE} minutes later" in guide
    known, gone = sealing.overlap, sealing.overlap + sealing.retention
    assert f"| after {known // MINUTE} minutes | after {gone // MINUTE}:" in guide


def test_answers_to_entra_are_no_longer_than_tokens_of_clients() -> None:
    short = lifetimes(ACCESS_TOKEN_SECONDS="60", CEREMONY_SECONDS="30", EXTERNAL_MFA=ENTRA)
    long = lifetimes(ACCESS_TOKEN_SECONDS="3600", CEREMONY_SECONDS="600", EXTERNAL_MFA=ENTRA)

    assert (short["token_lifetime"], long["token_lifetime"]) == (15 * MINUTE, 60 * MINUTE)


def test_for_entra_a_new_key_is_published_at_once_and_signs_two_days_later() -> None:
    chosen = lifetimes(EXTERNAL_MFA=ENTRA)

    assert signer(age=timedelta(days=2), chosen=chosen) == "old"
    assert signer(age=timedelta(days=2, minutes=11), chosen=chosen) == "new"
