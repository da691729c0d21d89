"""The usernames of a provider's users: none of them can take the name of another user."""

import pytest

from shared.accounts.names import read_username
from shared.identity_providers.settings.provider_entry import InvalidProvider
from shared.identity_providers.usernames import Usernames, account_name, qualify
from tests.identity_providers.claims import entra_access
from tests.identity_providers.settings import V2, entra, entra_of_several, okta, read, read_all
from tests.identity_providers.verifying import identity

ISSUER = "https://idp.example"
MARK = "#512a336b"


def _name(claimed: str, *domains: str, usernames: Usernames = Usernames.QUALIFIED) -> str:
    return account_name(claimed, issuer=ISSUER, usernames=usernames, domains=domains)


@pytest.mark.parametrize(
    "claimed",
    [
        "alice",
        "administrator",
        "alice@example.com",
        "@example.com",
        "alice\uff20example.com",
        "a#1",
    ],
)
def test_a_name_is_marked_as_its_issuers(claimed: str) -> None:
    domains = () if claimed == "alice@example.com" else ("example.com",)
    assert _name(claimed, *domains) == claimed + MARK


def test_another_issuer_has_another_mark() -> None:
    other = account_name(
        "alice", issuer=ISSUER + "/other", usernames=Usernames.QUALIFIED, domains=()
    )
    assert other != _name("alice")


@pytest.mark.parametrize("claimed", ["alice@example.com", "alice@EXAMPLE.com", "a@b@example.com"])
def test_a_name_in_a_domain_of_the_provider_is_not_marked(claimed: str) -> None:
    assert _name(claimed, "example.org", "example.com") == claimed


def test_a_trusted_name_is_marked_only_if_it_looks_marked() -> None:
    assert _name("alice", usernames=Usernames.TRUSTED) == "alice"
    for marked in ("alice#01234567", "alice\uff0301234567", "alice#ABCDEF01"):
        assert _name(marked, usernames=Usernames.TRUSTED) == marked + MARK


def test_a_token_that_was_verified_has_the_marked_name() -> None:
    person = identity(read(entra()), entra_access(V2))
    assert person.username is not None
    assert person.username.startswith("ada@example.com#")
    person = identity(read(entra(usernameDomains=["Example.COM"])), entra_access(V2))
    assert person.username == "ada@example.com"


@pytest.mark.parametrize(
    "entries",
    [
        [entra_of_several(usernames="trusted")],
        [entra_of_several(usernameDomains=["example.com"])],
        [entra(usernameDomains=["example.com"]), okta(usernameDomains=["EXAMPLE.com"])],
        [entra(usernameDomains=["example.com"]), okta(usernames="trusted")],
        [okta(usernames="trusted"), entra(usernameDomains=["example.com"])],
        [okta(usernames="any")],
    ],
    ids=range(6),
)
def test_two_providers_that_could_give_one_name_stop_the_start(
    entries: list[dict[str, object]],
) -> None:
    with pytest.raises(InvalidProvider, match="username"):
        read_all(*entries)


@pytest.mark.parametrize("length", [55, 56, 64, 100])
def test_a_marked_name_always_fits(length: int) -> None:
    names = {qualify("a" * (length - 1) + last, "https://idp.example") for last in "xyXY"}
    assert all(len(read_username(name).canonical) <= 64 for name in names)
    assert len({read_username(name).canonical for name in names}) == 2
