"""A failed command prints one line with the error and its cause."""

import pytest

from shared.commands.running import print_error
from shared.errors import StorageUnavailable
from tests.commands.command import RELYING_PARTY, run


def caused_by(cause: Exception) -> StorageUnavailable:
    error = StorageUnavailable()
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ValueError("wrong"), "ValueError: wrong"),
        (StorageUnavailable(), "StorageUnavailable"),
        (
            caused_by(OSError("(Forbidden) You may not.\nRequestId: 1")),
            "StorageUnavailable: OSError: (Forbidden) You may not.",
        ),
    ],
    ids=["itself", "nothing", "its cause"],
)
def test_an_error_message_is_one_line(
    capsys: pytest.CaptureFixture[str], error: Exception, line: str
) -> None:
    assert print_error(error) == 1
    assert capsys.readouterr() == ("", f"{line}\n")


async def test_an_unreachable_store_is_reported_with_the_reason() -> None:
    settings = {
        "TABLES_CONNECTION_STRING": (
            "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=eA==;"
            "TableEndpoint=http://127.0.0.1:1/a"
        ),
        "SIGNING_KEY_FILE": "unused",
        **RELYING_PARTY,
    }
    ran = await run("shared.commands.export_tables", environment=settings)
    assert ran.returncode == 1
    assert ran.stderr.startswith("StorageUnavailable: ServiceRequestError: ")
    assert ran.stderr.count("\n") == 1
