from shared.openid_provider.seen_assertions import SeenAssertions


def test_an_assertion_is_new_until_it_was_seen() -> None:
    seen = SeenAssertions()
    assert seen.is_new("app", "a", expires_at=10, now=0)
    assert not seen.is_new("app", "a", expires_at=10, now=9)
    assert seen.is_new("app", "b", expires_at=10, now=9)
    assert seen.is_new("other", "a", expires_at=10, now=9)


def test_an_expired_assertion_is_forgotten() -> None:
    seen = SeenAssertions()
    assert seen.is_new("app", "a", expires_at=10, now=0)
    assert seen.is_new("app", "a", expires_at=20, now=10)
    assert not seen.is_new("app", "a", expires_at=20, now=11)


def test_so_many_are_remembered() -> None:
    seen = SeenAssertions(most=2)
    for each in "abc":
        assert seen.is_new("app", each, expires_at=10, now=0)
    assert not seen.is_new("app", "c", expires_at=10, now=0)
    assert not seen.is_new("app", "b", expires_at=10, now=0)
    assert seen.is_new("app", "a", expires_at=10, now=0)
