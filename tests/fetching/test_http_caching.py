from datetime import timedelta

import pytest
from multidict import CIMultiDict

from shared.fetching.http_caching import LONGEST, SHORTEST, lifetime

HOUR = timedelta(hours=1)
DATE = {"Date": "Mon, 30 Nov 2026 10:00:00 GMT"}


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, SHORTEST),
        ({"Cache-Control": "max-age=3600"}, HOUR),
        ({"cache-control": 'public, MAX-AGE="3600"'}, HOUR),
        ({"Cache-Control": "max-age=60, s-maxage=3600"}, HOUR),
        ({"Cache-Control": "max-age=3600", "Age": "600"}, HOUR - timedelta(minutes=10)),
        ({"Cache-Control": "max-age=3600", "Age": "7200"}, SHORTEST),
        ({"Cache-Control": "max-age=1"}, SHORTEST),
        ({"Cache-Control": "max-age=99999999999999999999"}, LONGEST),
        ({"Cache-Control": "max-age=-5"}, SHORTEST),
        ({"Cache-Control": "max-age=\u0661\u0662"}, SHORTEST),
        ({"Cache-Control": "max-age=3600, no-store"}, SHORTEST),
        ({"Cache-Control": "no-cache, max-age=3600"}, SHORTEST),
        ({"Cache-Control": "private, max-age=3600"}, SHORTEST),
        ({**DATE, "Expires": "Mon, 30 Nov 2026 11:00:00 GMT"}, HOUR),
        ({**DATE, "Expires": "Mon, 30 Nov 2026 09:00:00 GMT"}, SHORTEST),
        ({**DATE, "Expires": "Mon, 30 Nov 2056 09:00:00 GMT"}, LONGEST),
        ({**DATE, "Expires": "0"}, SHORTEST),
        ({"Expires": "Mon, 30 Nov 2026 11:00:00 GMT"}, SHORTEST),
        ({**DATE, "Expires": "Mon, 30 Nov 2026 11:00:00"}, SHORTEST),
    ],
)
def test_an_answer_is_kept_as_long_as_it_says_within_bounds(
    headers: dict[str, str], expected: timedelta
) -> None:
    assert lifetime(CIMultiDict(headers)) == expected
