"""Client JSON as typed values: RegistrationResponseJSON and AuthenticationResponseJSON.

The member names are those of L3 section 5.1 (`PublicKeyCredential.toJSON()`). Limits come from
captured ceremonies: the largest attestation object had 8,572 bytes, ML-DSA included.

When a response arrives, the passkey already exists. So nothing is refused for a member that is not
needed. Null means absent. Unused members are ignored, whatever they hold: authenticatorAttachment,
clientExtensionResults, and the copies of the attestation object's content.
"""

from dataclasses import dataclass
from itertools import islice
from typing import TypeIs

from shared.errors import MalformedRequest
from shared.json_shape import Shape
from shared.members import is_unicode
from shared.webauthn.client_data import MAX_BYTES as MAX_CLIENT_DATA
from shared.webauthn.client_data import ClientData, read_client_data

MAX_CREDENTIAL_ID = 1023  # L3 section 7.1, step 25
MAX_ATTESTATION_OBJECT = 16384
MAX_AUTHENTICATOR_DATA = 4096
MAX_SIGNATURE = 8192
MAX_USER_HANDLE = 64
_MAX_TRANSPORTS, _MAX_TRANSPORT = 16, 32


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationResponse:
    credential_id: bytes
    client_data: ClientData
    attestation_object: bytes
    transports: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticationResponse:
    credential_id: bytes
    client_data: ClientData
    authenticator_data: bytes
    signature: bytes
    user_handle: bytes | None


def read_registration_response(credential: Shape) -> RegistrationResponse:
    response = credential.inner("response")
    return RegistrationResponse(
        credential_id=_read_credential_id(credential),
        client_data=_read_client_data(response),
        attestation_object=response.binary("attestationObject", limit=MAX_ATTESTATION_OBJECT),
        transports=_read_transports(response),
    )


def read_authentication_response(credential: Shape) -> AuthenticationResponse:
    response = credential.inner("response")
    return AuthenticationResponse(
        credential_id=_read_credential_id(credential),
        client_data=_read_client_data(response),
        authenticator_data=response.binary("authenticatorData", limit=MAX_AUTHENTICATOR_DATA),
        signature=response.binary("signature", limit=MAX_SIGNATURE),
        user_handle=_read_user_handle(response),
    )


def _read_credential_id(credential: Shape) -> bytes:
    if credential.members.get("type") != "public-key":
        raise MalformedRequest(f"{credential.path}type must be 'public-key'.")
    credential_id = credential.binary("id", limit=MAX_CREDENTIAL_ID)
    if credential.binary("rawId", limit=MAX_CREDENTIAL_ID) != credential_id:
        raise MalformedRequest(f"{credential.path}rawId must equal id.")
    return credential_id


def _read_client_data(response: Shape) -> ClientData:
    return read_client_data(response.binary("clientDataJSON", limit=MAX_CLIENT_DATA))


def _read_user_handle(response: Shape) -> bytes | None:
    """Clients have three ways to send no user handle: absent, null and empty."""
    if response.members.get("userHandle") == "":
        return None
    return response.optional_binary("userHandle", limit=MAX_USER_HANDLE)


def _read_transports(response: Shape) -> tuple[str, ...]:
    """Sorted and unique, unknown values kept (L3 section 5.8.4). Transports are hints, so an
    impossible value is ignored."""
    transports = response.members.get("transports")
    fit = dict.fromkeys(filter(_is_transport, transports if isinstance(transports, list) else ()))
    return tuple(sorted(islice(fit, _MAX_TRANSPORTS)))


def _is_transport(value: object) -> TypeIs[str]:
    """Rows store transports joined by commas."""
    return (
        isinstance(value, str)
        and 1 <= len(value) <= _MAX_TRANSPORT
        and "," not in value
        and is_unicode(value)
    )
