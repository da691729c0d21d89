"""When a receiver is told again, and when it is given up."""

from datetime import UTC, datetime, timedelta

from shared.notice import GIVEN_UP_AFTER, Notice

NOW = datetime(2031, 5, 17, 12, tzinfo=UTC)


def test_pauses_grow_and_a_day_has_few_attempts() -> None:
    tried, pauses, now = Notice(noted_at=NOW, due_at=NOW), list[timedelta](), NOW
    while not tried.is_too_old(now):
        tried = tried.tried(now)
        pauses.append(tried.due_at - now)
        now = tried.due_at
    assert pauses[:4] == [timedelta(minutes=each) for each in (1, 2, 4, 8)]
    assert pauses == sorted(pauses)
    assert max(pauses) == timedelta(hours=1)
    assert tried.attempts == len(pauses) == 29
    assert tried.noted_at == NOW


def test_a_notice_is_too_old_after_a_day() -> None:
    notice = Notice(noted_at=NOW, due_at=NOW)
    assert not notice.is_too_old(NOW + GIVEN_UP_AFTER - timedelta(seconds=1))
    assert notice.is_too_old(NOW + GIVEN_UP_AFTER)
