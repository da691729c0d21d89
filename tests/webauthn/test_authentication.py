"""L3 section 7.2 except client data and flags: the owner, the backup flags, the order of steps."""

from dataclasses import replace

import pytest

from shared.accounts.handles import new_handle
from shared.accounts.records import CredentialId
from shared.errors import AuthenticationRejected, MalformedRequest, Reason
from shared.webauthn.credential_changes import Observation
from shared.webauthn.policy import BackupEligibilityPolicy, SignCountPolicy
from shared.webauthn.state import AuthenticationCeremony
from tests.authenticator import AssertionLies
from tests.webauthn.relying_party import (
    EXPIRY,
    HANDLE,
    LOCATOR,
    NAMED,
    OTHER_HANDLE,
    OTHER_LOCATOR,
    POLICY,
    USERNAMELESS,
    Registered,
)

STRICT = replace(
    POLICY,
    sign_count=SignCountPolicy.STRICT,
    backup_eligibility=BackupEligibilityPolicy.STRICT,
)
BEGUN_BY_ANOTHER = AuthenticationCeremony(expires_at=EXPIRY, locator=OTHER_LOCATOR)
FOUNDED_AGAIN = new_handle(LOCATOR, random=b"of a later alice")
OWNER_LIES: dict[str, tuple[AuthenticationCeremony, AssertionLies, Reason]] = {
    "named-other-handle": (
        NAMED,
        {"user_handle": bytes(OTHER_HANDLE)},
        Reason.USER_HANDLE_MISMATCH,
    ),
    "named-handle-of-a-later-account": (
        NAMED,
        {"user_handle": bytes(FOUNDED_AGAIN)},
        Reason.USER_HANDLE_MISMATCH,
    ),
    "named-handle-cut": (NAMED, {"user_handle": HANDLE[:-1]}, Reason.USER_HANDLE_MISMATCH),
    "named-handle-longer": (NAMED, {"user_handle": HANDLE + b"\0"}, Reason.USER_HANDLE_MISMATCH),
    "named-handle-is-the-name": (NAMED, {"user_handle": b"alice"}, Reason.USER_HANDLE_MISMATCH),
    "begun-by-another": (BEGUN_BY_ANOTHER, {}, Reason.USER_HANDLE_MISMATCH),
    "begun-by-another-no-handle": (
        BEGUN_BY_ANOTHER,
        {"user_handle": None},
        Reason.USER_HANDLE_MISMATCH,
    ),
    "begun-by-another-with-their-handle": (
        BEGUN_BY_ANOTHER,
        {"user_handle": bytes(OTHER_HANDLE)},
        Reason.USER_HANDLE_MISMATCH,
    ),
    "usernameless-no-handle": (USERNAMELESS, {"user_handle": None}, Reason.USER_HANDLE_MISSING),
    "usernameless-other-handle": (
        USERNAMELESS,
        {"user_handle": bytes(OTHER_HANDLE)},
        Reason.USER_HANDLE_MISMATCH,
    ),
    "other-credential": (NAMED, {"credential_id": b"another"}, Reason.CREDENTIAL_UNKNOWN),
    "credential-id-longer": (
        USERNAMELESS,
        {"credential_id": b"i" * 1023},
        Reason.CREDENTIAL_UNKNOWN,
    ),
}
ORDER: list[tuple[str, object, Reason]] = [
    ("credential_id", b"another", Reason.CREDENTIAL_UNKNOWN),
    ("user_handle", bytes(OTHER_HANDLE), Reason.USER_HANDLE_MISMATCH),
    ("type", "webauthn.create", Reason.CLIENT_DATA_TYPE),
    ("challenge", bytes(32), Reason.CHALLENGE_MISMATCH),
    ("origin", "https://evil.example", Reason.ORIGIN_NOT_ALLOWED),
    ("top_origin", "https://evil.example", Reason.TOP_ORIGIN_NOT_ALLOWED),
    ("rp_id_hash", bytes(32), Reason.RP_ID_HASH_MISMATCH),
    ("user_present", False, Reason.USER_NOT_PRESENT),
    ("user_verified", False, Reason.USER_NOT_VERIFIED),
    ("backup_state", True, Reason.BACKUP_STATE_WITHOUT_ELIGIBILITY),
    ("signature", b"forged", Reason.SIGNATURE_INVALID),
    ("backup_eligible", False, Reason.BACKUP_ELIGIBILITY_VANISHED),
    ("sign_count", 0, Reason.SIGN_COUNT_REGRESSION),
]


def changed(alice: Registered, **record: object) -> Registered:
    return replace(alice, record=replace(alice.record, **record))  # type: ignore[arg-type]


@pytest.mark.parametrize(("ceremony", "lies", "reason"), OWNER_LIES.values(), ids=OWNER_LIES)
def test_rejects_assertion(
    alice: Registered, ceremony: AuthenticationCeremony, lies: AssertionLies, reason: Reason
) -> None:
    with pytest.raises(AuthenticationRejected) as refused:
        alice.authenticate(alice.sign(**lies), ceremony=ceremony)
    assert refused.value.reason is reason


def test_rejects_a_credential_of_another_account(alice: Registered) -> None:
    """The signature and the handle are valid, but the record belongs to another account."""
    theirs = changed(alice, user_handle=OTHER_HANDLE)
    for ceremony in (NAMED, USERNAMELESS):
        with pytest.raises(AuthenticationRejected) as refused:
            theirs.authenticate(alice.sign(), ceremony=ceremony)
        assert refused.value.reason is Reason.USER_HANDLE_MISMATCH


def test_rejects_a_record_of_another_credential(alice: Registered) -> None:
    other = changed(alice, id=CredentialId(alice.record.id + b"\0"))
    with pytest.raises(AuthenticationRejected) as refused:
        other.authenticate(alice.sign())
    assert refused.value.reason is Reason.CREDENTIAL_UNKNOWN


@pytest.mark.parametrize("ceremony", [NAMED, USERNAMELESS], ids=["named", "usernameless"])
def test_accepts_assertion(alice: Registered, ceremony: AuthenticationCeremony) -> None:
    verified = alice.authenticate(alice.sign(), ceremony=ceremony)
    assert verified.sign_count == 2
    assert (verified.user_verified, verified.backup_eligible, verified.backup_state) == (
        True,
        False,
        False,
    )
    assert verified.observations == ()


def test_a_handle_is_optional_where_a_name_was_given(alice: Registered) -> None:
    assert alice.authenticate(alice.sign(user_handle=None), ceremony=NAMED).user_verified


@pytest.mark.parametrize("length", [65, 1000])
def test_a_handle_has_64_bytes_at_most(alice: Registered, length: int) -> None:
    with pytest.raises(MalformedRequest, match=r"response\.userHandle"):
        alice.authenticate(alice.sign(user_handle=bytes(length)))


@pytest.mark.parametrize("position", range(len(ORDER)))
def test_steps_are_taken_in_the_order_of_the_specification_but_for_step_19(
    alice: Registered, position: int
) -> None:
    given: AssertionLies = {}
    for name, lie, _ in ORDER[position:]:
        given[name] = lie  # type: ignore[literal-required]  # all are keywords of get
    eligible = changed(alice, backup_eligible=True)
    if "backup_eligible" not in given:
        given["backup_eligible"] = True
    with pytest.raises(AuthenticationRejected) as refused:
        eligible.authenticate(alice.sign(**given), policy=STRICT)
    assert refused.value.reason is ORDER[position][2]


@pytest.mark.parametrize(
    ("eligible", "state", "said_eligible", "said_state", "observations"),
    [
        (False, False, False, False, ()),
        (True, False, True, False, ()),
        (True, True, True, True, ()),
        (True, False, True, True, (Observation.BACKUP_STATE_CHANGED,)),
        (True, True, True, False, (Observation.BACKUP_STATE_CHANGED,)),
        (False, False, True, False, (Observation.BACKUP_ELIGIBILITY_APPEARED,)),
        (
            False,
            False,
            True,
            True,
            (Observation.BACKUP_ELIGIBILITY_APPEARED, Observation.BACKUP_STATE_CHANGED),
        ),
    ],
)
def test_changes_of_backup_are_observed(
    alice: Registered,
    eligible: bool,
    state: bool,
    said_eligible: bool,
    said_state: bool,
    observations: tuple[Observation, ...],
) -> None:
    before = changed(alice, backup_eligible=eligible, backup_state=state)
    signed = alice.sign(backup_eligible=said_eligible, backup_state=said_state)
    verified = before.authenticate(signed)
    assert (verified.backup_eligible, verified.backup_state) == (said_eligible, said_state)
    assert verified.observations == observations


@pytest.mark.parametrize("state", [False, True])
@pytest.mark.parametrize(
    ("registered", "sent", "observation", "reason"),
    [
        (
            True,
            False,
            Observation.BACKUP_ELIGIBILITY_VANISHED,
            Reason.BACKUP_ELIGIBILITY_VANISHED,
        ),
        (
            False,
            True,
            Observation.BACKUP_ELIGIBILITY_APPEARED,
            Reason.BACKUP_ELIGIBILITY_APPEARED,
        ),
    ],
    ids=["vanished", "appeared"],
)
def test_backup_eligibility_that_changed_is_reported_once_or_refused(
    alice: Registered,
    registered: bool,
    sent: bool,
    observation: Observation,
    reason: Reason,
    state: bool,
) -> None:
    """L3 section 7.2 step 19 has it equal to the record's."""
    before = changed(alice, backup_eligible=registered, backup_state=state)
    with pytest.raises(AuthenticationRejected) as refused:
        before.authenticate(alice.sign(backup_eligible=sent), policy=STRICT)
    assert refused.value.reason is reason
    verified = before.authenticate(alice.sign(backup_eligible=sent))
    assert observation in verified.observations
    remembered = changed(before, oddities=frozenset(verified.odd))
    verified = remembered.authenticate(alice.sign(backup_eligible=sent))
    assert observation not in verified.observations


def test_clients_that_differ_on_backup_are_always_accepted(alice: Registered) -> None:
    record = alice.record
    observations: list[Observation] = []
    for eligible in (True, False, True, False):
        held = replace(alice, record=record)
        verified = held.authenticate(held.sign(backup_eligible=eligible))
        observations += verified.observations
        record = record.used(
            sign_count=verified.sign_count,
            user_verified=True,
            backup_state=verified.backup_state,
            odd=verified.odd,
            at=record.last_used_at,
        )
        assert record.backup_eligible is alice.record.backup_eligible
    assert observations == [Observation.BACKUP_ELIGIBILITY_APPEARED]
