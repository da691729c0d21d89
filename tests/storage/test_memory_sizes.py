"""Tables in memory refuse what is too large for Table Storage."""

import pytest

from tests.memory_sizes import MAX_CHANGES, MAX_PROPERTY, MAX_ROW, MAX_TRANSACTION
from tests.memory_tables import MemoryTables, Refused, Write
from tests.storage.test_memory_tables import AT


@pytest.fixture
def tables() -> MemoryTables:
    tables = MemoryTables(lambda: AT)
    tables.make("Accounts")
    return tables


def put(key: str, **row: str) -> Write:
    return Write("create", ("p", key), row)


def binary(size: int) -> str:
    return "QUFB" * (size // 3) + {0: "", 1: "QQ==", 2: "QUE="}[size % 3]


LARGEST = {"Text": "x" * (MAX_PROPERTY // 2), "Bytes": binary(MAX_PROPERTY)}
TYPED = {"Bytes@odata.type": "Edm.Binary"}


def test_the_largest_properties_are_stored(tables: MemoryTables) -> None:
    tables.write("Accounts", put("r", **LARGEST, **TYPED))


@pytest.mark.parametrize("more", [{"Text": "x"}, {"Bytes": "QQ=="}], ids=["text", "bytes"])
def test_a_larger_property_is_refused(tables: MemoryTables, more: dict[str, str]) -> None:
    (name, rest) = next(iter(more.items()))
    row = LARGEST | {name: LARGEST[name] + rest if name == "Text" else binary(MAX_PROPERTY + 1)}
    with pytest.raises(Refused, match="PropertyValueTooLarge"):
        tables.write("Accounts", put("r", **row, **TYPED))


def test_a_row_above_the_size_limit_is_refused(tables: MemoryTables) -> None:
    row = {f"C{number}": "x" * (MAX_PROPERTY // 2) for number in range(MAX_ROW // MAX_PROPERTY)}
    with pytest.raises(Refused, match="EntityTooLarge"):
        tables.write("Accounts", put("r", **row))


def test_a_transaction_has_at_most_a_hundred_changes(tables: MemoryTables) -> None:
    changes = [put(str(number)) for number in range(MAX_CHANGES + 1)]
    with pytest.raises(Refused, match="InvalidInput"):
        tables.transact("Accounts", changes)
    assert len(tables.transact("Accounts", changes[:-1])) == MAX_CHANGES


def test_a_transaction_has_at_most_four_mebibytes(tables: MemoryTables) -> None:
    row = {f"C{number}": "x" * 30_000 for number in range(10)}
    changes = [put(str(number), **row) for number in range(MAX_TRANSACTION // 300_000 + 1)]
    with pytest.raises(Refused, match="RequestBodyTooLarge"):
        tables.transact("Accounts", changes)
