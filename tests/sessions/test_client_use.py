"""A session lists the clients that the person is signed in to, and no more than fit in a row."""

from datetime import timedelta

from shared.sessions.client_grant import ClientGrant, client_binding, read_grant, write_grant
from shared.sessions.client_use import (
    MOST,
    ClientUse,
    read_uses,
    use_of,
    with_client,
    without_client,
    write_uses,
)
from tests.sessions.issuing import NOW, SESSION_ID

_LIMIT = 32_000  # characters that a column may have


def _uses(*ids: str) -> tuple[ClientUse, ...]:
    uses: tuple[ClientUse, ...] = ()
    for number, each in enumerate(ids):
        uses = with_client(uses, each, now=NOW + timedelta(minutes=number))
    return uses


def test_a_list_is_read_as_it_was_written() -> None:
    uses = _uses("a", "ä \"'", "https://client.example/metadata?x=1")
    assert read_uses(write_uses(uses)) == uses


def test_each_client_is_listed_once_the_latest_last() -> None:
    uses = _uses("a", "b", "a")
    assert [use.client_id for use in uses] == ["b", "a"]
    assert uses[-1].since == NOW + timedelta(minutes=2)
    assert use_of(without_client(uses, "a"), "a") is None


def test_the_oldest_leave() -> None:
    uses = _uses(*map(str, range(MOST + 5)))
    assert [use.client_id for use in uses] == [str(number) for number in range(5, MOST + 5)]


def test_clients_with_long_ids_fit_in_a_column() -> None:
    long = [f"https://client.example/{number}/" + "ä" * 500 for number in range(MOST)]
    uses = _uses(*long)
    assert uses[-1].client_id == long[-1]
    assert len(write_uses(uses)) < _LIMIT


def test_a_grant_is_read_as_it_was_written() -> None:
    grant = ClientGrant(
        client_id="a", scope=("openid",), resources=("https://r.example",), session_id=SESSION_ID
    )
    assert read_grant(write_grant(grant)) == grant


def test_a_binding_is_of_one_client_and_one_key() -> None:
    key = "k" * 43
    names = {
        client_binding("a", None).name,
        client_binding("a", key).name,
        client_binding("b", key).name,
        client_binding(f"{key}:a", None).name,
        client_binding(f"a:{key}", None).name,
        client_binding(f"a jkt:{key}", None).name,
    }
    assert len(names) == 6
    assert not client_binding("a", None).thumbprint
