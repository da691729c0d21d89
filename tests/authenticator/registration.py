"""A registration's response members, honest but for the lies told."""

from hashlib import sha256
from typing import Any

from tests.authenticator import authenticator_data, cbor, client_data
from tests.authenticator.attestation import AttestationMaker, Attested, Statement
from tests.authenticator.authenticator_data import AuthenticatorState
from tests.authenticator.credentials import Credential
from tests.authenticator.keys import subject_public_key_info
from tests.authenticator.lies import RegistrationLies, rewritten


def respond(
    credential: Credential,
    state: AuthenticatorState,
    *,
    collected: bytes,
    aaguid: bytes,
    maker: AttestationMaker,
    lies: RegistrationLies,
) -> dict[str, Any]:
    attested_data = _attested_credential_data(credential, lies.get("aaguid", aaguid), lies)
    auth_data = authenticator_data.write(state, attested_data, lies)
    statement = maker(
        Attested(
            authenticator_data=auth_data,
            client_data_hash=sha256(collected).digest(),
            rp_id_hash=state.rp_id_hash,
            credential_id=credential.id,
            aaguid=aaguid,
            key=credential.key,
            sign_with=lies.get("sign_with"),
        )
    )
    match lies.get("changed_after_signing"):
        case "auth_data":
            auth_data = authenticator_data.changed(auth_data)
        case "client_data":
            collected = client_data.changed(collected)
    return {
        "clientDataJSON": collected,
        "authenticatorData": auth_data,
        "publicKey": subject_public_key_info(credential.key),
        "publicKeyAlgorithm": lies.get("algorithm_claimed", credential.key.algorithm),
        "attestationObject": _attestation_object(statement, auth_data, lies),
    }


def _attested_credential_data(
    credential: Credential, aaguid: bytes, lies: RegistrationLies
) -> bytes:
    length = lies.get("credential_id_length", len(credential.id))
    return aaguid + length.to_bytes(2) + credential.id + _public_key(credential, lies)


def _public_key(credential: Credential, lies: RegistrationLies) -> bytes:
    key = lies.get("public_key", credential.key.cose())
    if isinstance(key, bytes):
        return key
    if "algorithm_claimed" in lies:
        key = {**key, 3: lies["algorithm_claimed"]}
    return cbor.encode(key)


def _attestation_object(statement: Statement, auth_data: bytes, lies: RegistrationLies) -> bytes:
    fmt = lies.get("fmt", statement.fmt)
    members = {"fmt": fmt, "attStmt": _att_stmt(statement, lies), "authData": auth_data}
    form = lies.get("attestation_object", cbor.encode)
    written = form(members) if callable(form) else form
    return written if isinstance(written, bytes) else cbor.encode(written)


def _att_stmt(statement: Statement, lies: RegistrationLies) -> object:
    att_stmt = statement.att_stmt
    if "signature" in lies:
        att_stmt["sig"] = rewritten(att_stmt.get("sig", b""), lies["signature"])
    lie = lies.get("att_stmt", att_stmt)
    return lie(att_stmt) if callable(lie) else lie
