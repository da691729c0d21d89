"""A backend with `Registrations.Create` enrols newcomers, and takes nobody's account over."""

import pytest

from shared.accounts.names import read_username
from shared.accounts.roles import Role
from shared.errors import MalformedRequest, NotPermitted
from shared.relying_party.begin_registration import RegistrationRequest
from shared.relying_party.people import SERVICE
from tests.authenticator import SoftAuthenticator
from tests.relying_party.administrators import account, give_roles, identity
from tests.relying_party.party import CLIENT, Json, Party, new_authenticator
from tests.relying_party.record import record

BACKEND = identity(Role.REGISTRATIONS_CREATE)


async def _begin(party: Party, username: str = "alice") -> Json:
    request = RegistrationRequest(
        username=read_username(username), display_name=None, attachment=None, hints=()
    )
    return (await party.registration.begin(request, principal=BACKEND, client=CLIENT)).options


async def test_a_newcomer_is_enrolled(party: Party, alices: SoftAuthenticator) -> None:
    await party.finish_registration(alices.create(await _begin(party)))
    assert len((await account(party)).records) == 1
    assert (await record(party))[-1]["facts"]["authority"] == "enrolment"


async def test_who_has_a_credential_gets_no_other_one_from_a_backend(
    party: Party, alices: SoftAuthenticator
) -> None:
    await party.register(alices, "alice")
    with pytest.raises(NotPermitted):
        await _begin(party)


async def test_who_has_a_role_is_not_enrolled_by_a_backend(party: Party) -> None:
    """Whoever has the backend's token would have the role."""
    await party.service.provisioning.ensure(read_username("alice"), None, by=SERVICE)
    await give_roles(party, "alice", Role.AUDIT_READ)
    with pytest.raises(NotPermitted):
        await _begin(party)


async def test_of_two_begun_enrolments_one_is_finished(
    party: Party, alices: SoftAuthenticator
) -> None:
    first, second = await _begin(party), await _begin(party)
    await party.finish_registration(alices.create(first))
    with pytest.raises(NotPermitted):
        await party.finish_registration(new_authenticator().create(second))
    assert len((await account(party)).records) == 1


async def test_a_role_that_comes_during_an_enrolment_ends_it(
    party: Party, alices: SoftAuthenticator
) -> None:
    options = await _begin(party)
    await give_roles(party, "alice", Role.AUTHENTICATORS_ADMIN)
    with pytest.raises(NotPermitted):
        await party.finish_registration(alices.create(options))
    assert (await account(party)).records == []


@pytest.mark.parametrize("username", ["administrator", "help-desk"])
async def test_a_backend_gives_nobody_a_reserved_name(party: Party, username: str) -> None:
    with pytest.raises(MalformedRequest, match="reserved"):
        await _begin(party, username)
    assert await party.service.provisioning.find(read_username(username)) is None


async def test_a_backend_enrols_under_a_reserved_name_that_an_administrator_gave(
    party: Party, alices: SoftAuthenticator
) -> None:
    support = read_username("support")
    await party.service.provisioning.ensure(support, None, by=SERVICE, may_be_reserved=True)
    await party.finish_registration(alices.create(await _begin(party, "support")))
    assert len((await account(party, "support")).records) == 1
