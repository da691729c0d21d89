"""SqlClient brings a token, or is told first whom to get it from, and reads the answers."""

import struct
from collections.abc import Callable

import pytest

from tests.counterparts.azure_sql import sql_client
from tests.counterparts.azure_sql.conversation import Conversation
from tests.counterparts.azure_sql.page import documented_user
from tests.counterparts.azure_sql.server import contexts
from tests.counterparts.azure_sql.sql_client import (
    STRICT_VERSION,
    SqlClient,
    batch,
    brought,
    called_back,
    login_message,
    prelogin_message,
    token_message,
)
from tests.counterparts.azure_sql.tds import prelogin
from tests.counterparts.azure_sql.tds.packets import Message, packets
from tests.counterparts.azure_sql.tds.prelogin import Option
from tests.counterparts.azure_sql.tds.text import bytes_of, text_of
from tests.counterparts.azure_sql.tokens import database, token
from tests.fakes.entra import TENANT
from tests.fakes.tls import Tls

LOGIN_ACKNOWLEDGED, FEATURES_ACKNOWLEDGED = 0xAD, 0xAE
ERROR, DONE, TOKENS_FROM = 0xAA, 0xFD, 0xEE
REFUSED = bytes_of("Login failed for user '<token-identified principal>'.")


@pytest.fixture
def client(tls: Tls) -> SqlClient:
    conversation = Conversation(tls=contexts(tls), database=database())
    return SqlClient(conversation=conversation, trusted=tls.client_context())


def ask_with_the_token(client: SqlClient, given: str, **login: int) -> Message:
    return client.ask(login_message(brought(given), **login))


def ask_when_called_back(client: SqlClient, given: str, **login: int) -> Message:
    assert client.ask(login_message(called_back(), **login)).content[0] == TOKENS_FROM
    return client.ask(token_message(given))


ways = pytest.mark.parametrize(
    "sign_in", [ask_with_the_token, ask_when_called_back], ids=lambda each: each.__name__
)


@ways
def test_it_works_as_the_principal_of_its_token(
    client: SqlClient, sign_in: Callable[..., Message]
) -> None:
    options = prelogin.read(client.connect().content)
    assert (options[Option.ENCRYPTION], options[Option.FEDERATED]) == (b"\x01", b"\x01")
    opened(sign_in(client, token()), version=0x74000004)
    answer = client.ask(batch("SELECT USER_NAME()"))
    assert bytes_of(documented_user()) in answer.content


@ways
def test_it_begins_with_tls_if_it_is_strict(
    client: SqlClient, sign_in: Callable[..., Message]
) -> None:
    client.connect_strictly()
    opened(sign_in(client, token(), version=STRICT_VERSION), version=STRICT_VERSION)


def opened(answer: Message, *, version: int) -> None:
    at = answer.content.index(bytes([1]) + struct.pack(">I", version))
    assert answer.content[at - 3] == LOGIN_ACKNOWLEDGED
    features = struct.pack("<BBIB", FEATURES_ACKNOWLEDGED, sql_client.FEDERATED, 0, 0xFF)
    assert features + bytes([DONE]) in answer.content


@ways
@pytest.mark.parametrize("changes", [{"aud": "https://vault.azure.net"}, {"exp": 1}], ids=str)
def test_another_token_is_refused(
    client: SqlClient, sign_in: Callable[..., Message], changes: dict[str, object]
) -> None:
    client.connect()
    answer = sign_in(client, token(**changes)).content
    assert answer[0] == ERROR
    assert struct.unpack_from("<iBB", answer, 3) == (18456, 1, 14)
    assert REFUSED in answer
    assert client.conversation.ended


def test_it_does_not_matter_how_its_bytes_arrive(client: SqlClient) -> None:
    receive = client.conversation.receive

    def byte_by_byte(data: bytes) -> bytes:
        return b"".join(receive(bytes([each])) for each in data)

    client.conversation.receive = byte_by_byte  # type: ignore[method-assign]
    client.connect()
    assert len(token()) * len(bytes_of("x")) > 4096
    opened(ask_with_the_token(client, token()), version=0x74000004)


def test_it_is_told_whom_to_get_a_token_from(client: SqlClient) -> None:
    client.connect()
    told = client.ask(login_message(called_back())).content
    kind, length, count = struct.unpack_from("<BII", told)
    assert (kind, length, count) == (TOKENS_FROM, len(told) - 5, 2)
    entries = [struct.unpack_from("<BII", told, 9 + 9 * number) for number in range(count)]
    found = {number: text_of(told[5 + at : 5 + at + size]) for number, size, at in entries}
    assert found == {
        1: f"https://login.microsoftonline.com/{TENANT}",
        2: "https://database.windows.net/",
    }


def test_a_client_without_a_token_is_refused(client: SqlClient) -> None:
    client.connect()
    assert REFUSED in client.ask(login_message(None)).content


def test_a_client_must_have_read_that_tokens_are_wanted(client: SqlClient) -> None:
    client.connect()
    with pytest.raises(ValueError, match="has not seen"):
        client.ask(login_message(brought(token(), echo=0)))


def test_a_login_in_clear_is_no_login(client: SqlClient) -> None:
    with pytest.raises(ValueError, match="does not encrypt"):
        client.conversation.receive(packets(login_message(brought(token()))))
    assert client.conversation.database.sessions == []


def test_a_client_that_cannot_encrypt_is_refused(client: SqlClient) -> None:
    with pytest.raises(ValueError, match="does not encrypt"):
        client.conversation.receive(packets(prelogin_message(encryption=2)))


def test_tls_around_packets_needs_the_name_of_the_protocol(client: SqlClient) -> None:
    with pytest.raises(ValueError, match="TDS 8"):
        client.connect_strictly("http/1.1")
