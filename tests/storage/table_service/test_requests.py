"""What requests are made of: no text of a stranger becomes anything but a value."""

from datetime import UTC, datetime

import pytest

from shared.storage.table_service.requests import (
    deleting,
    fill_in,
    merging,
    querying,
    reading,
    row_path,
)

AT = datetime(2031, 5, 17, 12, 0, 0, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("key", "quoted"),
    [
        ("it's", "it%27%27s"),
        ("',RowKey='x')?$select=a&b#", "%27%27%2CRowKey%3D%27%27x%27%27%29%3F%24select%3Da%26b%23"),
        ("../Other", "..%2FOther"),
        ("a b\r\n", "a%20b%0D%0A"),
        ("ü%2F", "%C3%BC%252F"),
    ],
)
def test_a_key_is_one_value_in_a_path(key: str, quoted: str) -> None:
    assert row_path("T", key, key) == f"/T(PartitionKey='{quoted}',RowKey='{quoted}')"


def test_a_condition_is_filled_in_word_by_word() -> None:
    condition = "PartitionKey eq @p and ( Name ge @at or At lt @at ) and Text eq '@p'"
    assert fill_in(condition, {"p": "@at' or 'a' eq 'a", "at": AT}) == (
        "PartitionKey eq '@at'' or ''a'' eq ''a' and "
        "( Name ge datetime'2031-05-17T12:00:00.000001Z' or "
        "At lt datetime'2031-05-17T12:00:00.000001Z' ) and Text eq '@p'"
    )


def test_a_query_has_its_parts_quoted() -> None:
    request = querying("T", "A eq 'x&$top=9'", ["A", "B"], most=7, begin=("1!8!a=", "1!8!b&"))
    assert request.path == (
        "/T()?$filter=A%20eq%20%27x%26%24top%3D9%27&$top=7&$select=A%2CB"
        "&NextPartitionKey=1%218%21a%3D&NextRowKey=1%218%21b%26"
    )
    whole_partitions = querying("T", "A", (), most=7, begin=("1!8!a=", ""))
    assert whole_partitions.path.endswith("&$top=7&NextPartitionKey=1%218%21a%3D")
    assert reading("T", "p", "r", ["A"]).path.endswith(")?$select=A")


@pytest.mark.parametrize("etag", ['W/"1"\r\nEvil: 1"', 'W/"\x00"', 'W/"ü"', 'W/"\u2028"'])
def test_a_version_is_one_value_of_a_header(etag: str) -> None:
    row = {"PartitionKey": "p", "RowKey": "r"}
    with pytest.raises(ValueError, match="version"):
        merging("T", row, etag)
    with pytest.raises(ValueError, match="version"):
        deleting("T", "p", "r", etag)
