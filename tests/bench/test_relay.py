"""How round trips are counted."""

from bench.relay import Trips


def test_calls_that_wait_for_one_another_are_round_trips() -> None:
    trips = Trips()
    for _ in range(3):
        trips.end(trips.begin())
    assert trips.count == 3


def test_calls_that_are_made_together_are_one_round_trip() -> None:
    trips = Trips()
    assert [trips.begin(), trips.begin()] == [1, 1]
    assert trips.count == 1


def test_a_call_after_the_first_answer_is_another_round_trip() -> None:
    """Even if the other calls of the first round trip are still under way."""
    trips = Trips()
    first, second = trips.begin(), trips.begin()
    trips.end(first)
    third = trips.begin()
    assert (third, trips.begin()) == (2, 2)
    trips.end(third)
    trips.end(second)
    assert (trips.begin(), trips.count) == (3, 3)
