"""Entra asks, a person confirms with a passkey, and Entra believes the answer."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from shared.accounts.names import read_username
from shared.accounts.records import CredentialRecord, hash_subject
from shared.audit.event import Kind
from shared.errors import (
    AuthenticationRejected,
    CeremonyNotFound,
    MalformedRequest,
    NotPermitted,
    SubjectLinked,
)
from shared.openid.external_mfa.answer import Answer
from shared.openid.external_mfa.pending import LIFETIME_SECONDS
from shared.openid_provider.external_mfa.confirming import Situation
from shared.recording.actors import SERVICE
from tests.authenticator import SoftAuthenticator
from tests.fakes.entra import (
    OBJECT_ID,
    OTHER_TENANT,
    REQUEST_ID,
    TENANT,
    Entra,
    Json,
    claims_asked,
)
from tests.fakes.entra import Refused as RefusedByEntra
from tests.harness.administrators import ADMINISTRATOR
from tests.harness.entra_world import ISSUER, SUBJECT_KEY, EntraWorld
from tests.harness.record import record
from tests.harness.service_harness import ServiceHarness
from tests.no_event import NO_EVENT


@pytest.fixture
def world(party: ServiceHarness) -> EntraWorld:
    return EntraWorld(party)


@pytest.fixture
async def alice(world: EntraWorld, alices: SoftAuthenticator) -> CredentialRecord:
    """With a passkey, and linked to Entra's user."""
    made = await world.party.register(alices, "alice")
    await world.link(made)
    return made


async def last_event(world: EntraWorld) -> Json:
    return (await record(world.party))[-1]


async def test_a_gesture_for_this_request_gives_an_answer_that_entra_accepts(
    world: EntraWorld, alice: CredentialRecord, alices: SoftAuthenticator
) -> None:
    request = await world.ask()
    begun = await world.begin(request)
    assert begun.options is not None
    allowed = [each["id"] for each in begun.options.options["allowCredentials"]]
    answer = await world.finish(request, alices.get(begun.options.options))

    claims = await world.judge(answer)

    assert (begun.situation, begun.username) == (Situation.CONFIRM, "ada@contoso.example")
    assert len(allowed) == 1
    assert answer.action == world.entra.redirect_uri
    assert (claims["iss"], claims["amr"]) == (ISSUER, ["fido"])
    event = await last_event(world)
    assert (event["kind"], event["outcome"]) == (Kind.EXTERNAL_MFA.value, "success")
    assert event["facts"] == {
        "subject": SUBJECT_KEY,
        "acr": "possessionorinherence",
        "amr": "fido",
        "request": REQUEST_ID,
    }
    assert (
        await world.party.stores.sessions.of_account(alice.user_handle, now=world.party.clock())
        == []
    )


@pytest.mark.usefixtures("alice")
async def test_an_answer_counts_for_its_own_request_only(
    world: EntraWorld, alices: SoftAuthenticator
) -> None:
    request = await world.ask()
    answer = await world.finish(request, alices.get(await world.options(request)))

    for other in (world.entra.ask(nonce="other"), world.entra.ask(state="other")):
        with pytest.raises(RefusedByEntra):
            await world.judge(answer, other)
    world.party.clock.advance(minutes=5)
    world.entra.now = world.party.clock.now
    with pytest.raises(RefusedByEntra, match="expired"):
        await world.judge(answer)


@pytest.mark.usefixtures("alice")
async def test_a_new_request_needs_a_new_gesture(
    world: EntraWorld, alices: SoftAuthenticator
) -> None:
    """Also if Entra asks for the same person with the same nonce."""
    first, second = await world.ask(), await world.ask()
    credential = alices.get(await world.options(first))

    with pytest.raises(CeremonyNotFound):
        await world.finish(second, credential)

    await world.finish(first, credential)
    with pytest.raises(CeremonyNotFound):
        await world.finish(first, credential)


@pytest.mark.usefixtures("alice")
async def test_a_sign_in_confirms_nothing_at_entra_and_the_other_way_round(
    world: EntraWorld, alices: SoftAuthenticator
) -> None:
    request = await world.ask()
    signing_in = alices.get(await world.party.begin_authentication("alice"))
    confirming = alices.get(await world.options(request))

    with pytest.raises(CeremonyNotFound):
        await world.finish(request, signing_in)
    with pytest.raises(CeremonyNotFound):
        await world.party.finish_authentication(confirming)


@pytest.mark.usefixtures("alice")
async def test_a_request_is_over_after_five_minutes(
    world: EntraWorld, alices: SoftAuthenticator
) -> None:
    request = await world.ask()
    credential = alices.get(await world.options(request))
    world.party.clock.advance(seconds=LIFETIME_SECONDS)

    for act in (world.begin(request), world.finish(request, credential), world.begin("x")):
        with pytest.raises(CeremonyNotFound):
            await act


@pytest.mark.usefixtures("alice")
async def test_the_passkey_of_somebody_else_confirms_nothing(
    world: EntraWorld, alices: SoftAuthenticator, mallorys: SoftAuthenticator
) -> None:
    await world.party.register(mallorys, "mallory")
    request = await world.ask()
    options = await world.options(request)
    lie = {**options, "allowCredentials": []}

    with pytest.raises(AuthenticationRejected):
        await world.finish(request, mallorys.get(lie))

    event = await last_event(world)
    assert (event["kind"], event["outcome"]) == (Kind.EXTERNAL_MFA.value, "failure")
    assert event["facts"]["subject"] == SUBJECT_KEY
    assert alices.credentials


async def test_a_link_that_was_removed_meanwhile_counts(
    world: EntraWorld, alice: CredentialRecord, alices: SoftAuthenticator
) -> None:
    request = await world.ask()
    credential = alices.get(await world.options(request))
    stored = await world.party.stores.links.find_by(hash_subject(SUBJECT_KEY))
    assert stored is not None
    await world.party.stores.links.remove(stored, event=NO_EVENT)

    with pytest.raises(NotPermitted):
        await world.finish(request, credential)

    assert (await last_event(world))["reason"] == "not_permitted"
    assert alice.name


@pytest.mark.parametrize("self_linking", [True, False])
async def test_without_a_link_nobody_confirms_unless_people_may_link_themselves(
    party: ServiceHarness, alices: SoftAuthenticator, self_linking: bool
) -> None:
    world = EntraWorld(party, selfLinking=self_linking)
    await world.party.register(alices, "alice")
    begun = await world.begin(await world.ask())

    assert begun.situation is (Situation.LINK if self_linking else Situation.NOT_LINKED)
    assert begun.options is None
    assert begun.cancel.fields["error"] == "access_denied"
    event = await last_event(world)
    if not self_linking:
        assert (event["outcome"], event["reason"]) == ("failure", "not_linked")
        assert event["actor"] == {"type": "provider-user", "id": SUBJECT_KEY}


@pytest.mark.parametrize(
    "subject",
    [
        f"{TENANT.upper()}/{OBJECT_ID}",
        f"{TENANT}/{OBJECT_ID.upper()}",
        f"{OTHER_TENANT}/{OBJECT_ID}",
        OBJECT_ID,
        f"{TENANT}/ada",
        f"{TENANT}/{OBJECT_ID}/x",
    ],
)
async def test_no_link_is_made_that_no_request_of_entra_can_name(
    world: EntraWorld, alices: SoftAuthenticator, subject: str
) -> None:
    made = await world.party.register(alices, "alice")
    add = world.party.service.links.add

    with pytest.raises(MalformedRequest, match="lower case"):
        await add(made.user_handle, issuer=ISSUER, subject=subject, by=ADMINISTRATOR)
    await add(made.user_handle, issuer=ISSUER, subject=f"{TENANT}/{OBJECT_ID}", by=ADMINISTRATOR)

    assert (await world.begin(await world.ask())).situation is Situation.CONFIRM


async def test_an_account_without_a_passkey_gets_no_challenge(world: EntraWorld) -> None:
    owner = await world.party.service.provisioning.ensure(
        read_username("bob"), None, by=SERVICE, by_administrator=True
    )
    added = await world.party.stores.links.add(SUBJECT_KEY, owner.account.handle, event=NO_EVENT)
    begun = await world.begin(await world.ask(), linking=True)

    assert added
    assert (begun.situation, begun.options) == (Situation.NO_PASSKEY, None)
    assert (await last_event(world))["reason"] == "no_passkey"


async def test_a_person_links_the_own_account_by_a_gesture_for_that(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    world = EntraWorld(party, selfLinking=True)
    made = await world.party.register(alices, "alice")
    request = await world.ask()
    credential = alices.get(await world.options(request, linking=True))

    with pytest.raises(CeremonyNotFound):
        await world.finish(request, credential)  # as if it were linked
    await world.judge(await world.finish(request, credential, linking=True))

    assert await world.party.stores.links.find(SUBJECT_KEY) == made.user_handle
    listed = await world.party.stores.accounts.find_account(made.user_handle)
    assert listed is not None
    assert [link.subject for link in listed.links] == [SUBJECT_KEY]
    kinds = [(event["kind"], event["outcome"]) for event in (await record(world.party))[1:]]
    assert sorted(kinds) == [("account.linked", "success"), ("external-mfa.finished", "success")]
    again = await world.begin(await world.ask(), linking=True)
    assert again.situation is Situation.CONFIRM


async def test_a_user_of_entra_who_is_linked_stays_with_that_account(
    party: ServiceHarness, alices: SoftAuthenticator, mallorys: SoftAuthenticator
) -> None:
    """Two people see the page before either links."""
    world = EntraWorld(party, selfLinking=True)
    made = await world.party.register(alices, "alice")
    other = await world.party.register(mallorys, "mallory")
    request = await world.ask()
    options = await world.options(request, linking=True)
    await world.link(made)

    with pytest.raises(SubjectLinked):
        await world.finish(request, mallorys.get(options), linking=True)

    assert await world.party.stores.links.find(SUBJECT_KEY) == made.user_handle
    unchanged = await world.party.stores.accounts.find_account(other.user_handle)
    assert unchanged is not None
    assert unchanged.links == ()
    *_, event = await record(world.party)
    assert (event["kind"], event["reason"]) == ("external-mfa.finished", "subject_linked")


async def test_nobody_links_if_the_settings_do_not_allow_it(
    party: ServiceHarness, alices: SoftAuthenticator
) -> None:
    allowed, forbidden = EntraWorld(party, selfLinking=True), EntraWorld(party)
    await allowed.party.register(alices, "alice")
    request = await allowed.ask()
    credential = alices.get(await allowed.options(request, linking=True))

    with pytest.raises(NotPermitted):
        await forbidden.finish(request, credential, linking=True)

    assert await allowed.party.stores.links.find(SUBJECT_KEY) is None


@pytest.mark.parametrize("suspended", ["account", "credential"])
async def test_who_is_suspended_confirms_nothing(
    world: EntraWorld, alice: CredentialRecord, alices: SoftAuthenticator, suspended: str
) -> None:
    request = await world.ask()
    credential = alices.get(await world.options(request))
    owner = await world.party.stores.accounts.find_account(alice.user_handle)
    assert owner is not None
    accounts = world.party.stores.accounts
    if suspended == "account":
        account = replace(owner.account, suspended=True)
        assert await accounts.change_account(owner, account, event=NO_EVENT)
    else:
        (stored,) = owner.credentials
        assert await accounts.change_credential(stored, suspended=True, event=NO_EVENT)

    with pytest.raises(AuthenticationRejected) as refused:
        await world.finish(request, credential)

    assert refused.value.reason.value == f"{suspended}_suspended"


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"id_token_hint": Entra().hint({"iat": 1})}, "access_denied"),
        ({"id_token_hint": "a.b.c"}, "access_denied"),
        ({"claims": claims_asked(amr=["sms"])}, "unmet_authentication_requirements"),
        ({"response_type": "code"}, "unsupported_response_type"),
    ],
)
async def test_entra_gets_an_error_with_its_state(
    world: EntraWorld, changed: Mapping[str, str | None], error: str
) -> None:
    fields = await world.refuses(changed)

    assert (fields["error"], fields["state"]) == (error, world.entra.ask().state)
    with pytest.raises(RefusedByEntra, match=error):
        await world.judge(Answer(world.entra.redirect_uri, fields))
    assert await record(world.party) == []


async def test_a_hint_of_a_tenant_that_is_not_in_the_settings_is_refused(world: EntraWorld) -> None:
    issuer = f"{world.entra.login}/{OTHER_TENANT}/v2.0"
    hint = world.entra.hint({"iss": issuer, "tid": OTHER_TENANT})

    assert (await world.refuses({"id_token_hint": hint}))["error"] == "access_denied"


async def test_a_request_without_state_is_answered_without_it(
    world: EntraWorld, alice: CredentialRecord, alices: SoftAuthenticator
) -> None:
    request = await world.ask({"state": None})
    answer = await world.finish(request, alices.get(await world.options(request)))

    assert answer.fields.keys() == {"id_token"}
    assert alice.name
