"""What is wrong with a receipt, or missing, with nothing of the service but this code."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from fido2 import cbor

from shared import base64url
from shared.audit.checkpoint import Verifier
from shared.audit.verification.ceremonies.attested import PublicKey, read_attested
from shared.audit.verification.reading import Malformed
from shared.audit.verification.receipts.commitments import commitment_of, name_of_key
from shared.audit.verification.receipts.finding import Finding
from shared.audit.verification.receipts.receipt import Gesture, Receipt
from shared.audit.verification.receipts.sealed import check_sealed
from shared.cose import parse_key

ROLES = ("ask", "approve")
type Named = tuple[str, str]
"""The name of a check, and what is wrong."""
_UP, _UV, _FLAGS_AT, _FIXED_BYTES = 0x01, 0x04, 32, 37


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    rp_id: str
    origins: Collection[str]
    approvers: int = 0
    keys: Sequence[Verifier] = ()
    """Those that sign checkpoints. Without keys, nothing has to be sealed."""


def check_receipt(receipt: Receipt, expected: Expected) -> list[Finding]:
    """Empty if every gesture is proven, and there are as many as expected."""
    return [
        *(
            Finding(about=f"gesture {number}", check=check, text=text)
            for number, gesture in enumerate(receipt.gestures, 1)
            for check, text in _wrong(receipt, gesture, expected)
        ),
        *(
            Finding(about="receipt", check=check, text=text)
            for check, text in _wrong_together(receipt, expected)
        ),
        *(
            _unregistered(number)
            for number, gesture in enumerate(receipt.gestures, 1)
            if gesture.registration is None
        ),
        *check_sealed(receipt, origin=expected.rp_id, keys=expected.keys),
    ]


def _unregistered(number: int) -> Finding:
    return Finding(
        about=f"gesture {number}", check="registration", text="has no registration", is_wrong=False
    )


def _wrong(receipt: Receipt, gesture: Gesture, expected: Expected) -> Iterator[Named]:
    if gesture.client_data.get("type") != "webauthn.get":
        yield "type", "is no assertion"
    if gesture.client_data.get("origin") not in expected.origins:
        yield "origin", f"was made at another origin: {gesture.client_data.get('origin')!a}"
    if not _commits(receipt, gesture):
        yield "commitment", "does not commit to this statement, approval, role and person"
    yield from _wrong_data(gesture.authenticator_data, expected)
    if not _is_signed(gesture):
        yield "signature", "has no valid signature of its key"
    if gesture.registration is not None and not _is_registered(gesture):
        yield "registration", "has the registration of another credential or key"
    if (gesture.role == "ask") != (gesture.user == receipt.asker) or gesture.role not in ROLES:
        yield "role", "has a role that is not this person's"
    if gesture.user == receipt.asker and gesture.username != receipt.asker_name:
        yield "name", "has another name than the statement"


def _commits(receipt: Receipt, gesture: Gesture) -> bool:
    expected = commitment_of(
        nonce=gesture.nonce,
        approval=receipt.approval,
        role=gesture.role,
        user=gesture.user,
        statement=receipt.statement,
    )
    challenge = gesture.client_data.get("challenge")
    try:
        signed = base64url.decode(challenge) if isinstance(challenge, str) else b""
    except ValueError:
        return False
    return signed[: len(expected)] == expected


def _wrong_data(data: bytes, expected: Expected) -> Iterator[Named]:
    if len(data) < _FIXED_BYTES or data[:32] != sha256(expected.rp_id.encode()).digest():
        yield "rp-id", "is for another relying party"
        return
    if not data[_FLAGS_AT] & _UP:
        yield "presence", "shows no presence of a person"
    if not data[_FLAGS_AT] & _UV:
        yield "verification", "shows no verification of the person"


def _is_signed(gesture: Gesture) -> bool:
    message = gesture.authenticator_data + sha256(gesture.client_data_json).digest()
    key = _read_key(gesture.public_key)
    return key is not None and key.has_signed(message, gesture.signature)


def _read_key(public_key: bytes) -> PublicKey | None:
    """None for what is no key: the receipt may be hostile, and fido2 promises no exception."""
    try:
        decoded = cbor.decode(public_key)
        return PublicKey(parse_key(decoded)) if isinstance(decoded, dict) else None
    except Exception:
        return None


def _is_registered(gesture: Gesture) -> bool:
    if gesture.registration is None:
        return False
    try:
        attested = read_attested(gesture.registration.attestation_object)
    except Malformed:
        return False
    registered = _name_of(cbor.encode(attested.public_key.cose))
    is_same_key = bool(registered) and registered == _name_of(gesture.public_key)
    return is_same_key and attested.credential_id == gesture.credential_id


def _wrong_together(receipt: Receipt, expected: Expected) -> Iterator[Named]:
    gestures = receipt.gestures
    if _repeated(each.user for each in gestures):
        yield "people", "one person made two gestures"
    keys = [_name_of(each.public_key) for each in gestures]
    if _repeated(each.credential_id for each in gestures) or _repeated(keys):
        yield "credentials", "one credential or key made two gestures"
    approving = sum(each.role == "approve" for each in gestures)
    if approving < expected.approvers:
        yield "approvers", f"{approving} approved, and {expected.approvers} are expected"
    if not gestures:
        yield "gestures", "nobody made a gesture"
    if receipt.status not in ("approved", "used"):
        yield "status", f"the service says that it is {receipt.status!a}"


def _name_of(public_key: bytes) -> bytes:
    return b"" if _read_key(public_key) is None else name_of_key(public_key)


def _repeated[T](values: Iterable[T]) -> bool:
    return any(count > 1 for count in Counter(values).values())
