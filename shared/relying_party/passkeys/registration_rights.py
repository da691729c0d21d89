"""Who may finish a registration, and whether its account may have one more credential."""

from collections.abc import Sequence

from shared.accounts.roles import Role
from shared.errors import CredentialLimitReached, NotPermitted, TokenInvalid
from shared.identity_providers.provider import Provider
from shared.principals import AccountHolder, Principal, subject_key
from shared.relying_party.callers.authority_status import AuthorityStatus, lists_authority
from shared.relying_party.callers.requirements import require_newcomer
from shared.sessions.authority import ENROLMENT, authority_of, authority_of_subject
from shared.storage.accounts.accounts import StoredAccount
from shared.webauthn.state import RegistrationCeremony


def require_own(ceremony: RegistrationCeremony, principal: Principal) -> None:
    """Raises NotPermitted. A backend forwards the answers of its newcomers."""
    if isinstance(principal, AccountHolder):
        own = principal.handle == ceremony.user_handle
        authority = authority_of(principal.token)
        # The account may have a new session meanwhile, but the pass must be the same.
        fits = own and (principal.token.pass_id is None or authority == ceremony.authority)
    elif principal.is_application:
        by_role = Role.REGISTRATIONS_CREATE in principal.roles
        fits = by_role and ceremony.authority == ENROLMENT
    else:
        subject = subject_key(principal.issuer, principal.subject)
        fits = ceremony.authority == authority_of_subject(subject)
    if not fits:
        raise NotPermitted


def require_room(owner: StoredAccount | None, ceremony: RegistrationCeremony, *, most: int) -> None:
    """Raises TokenInvalid, NotPermitted, CredentialLimitReached."""
    if ceremony.founding:
        return
    if owner is None:
        raise TokenInvalid
    if owner.account.suspended:
        raise NotPermitted
    if ceremony.authority == ENROLMENT:
        require_newcomer(owner)
    # The begin checks this too, but several may begin before one of them finishes.
    if len(owner.credentials) >= most:
        raise CredentialLimitReached


def require_authority(
    status: AuthorityStatus,
    owner: StoredAccount | None,
    ceremony: RegistrationCeremony,
    *,
    providers: Sequence[Provider],
) -> None:
    """Require that the authority is still valid. Raises TokenInvalid, NotPermitted."""
    # A link is checked in both places, as they are read at different times. A removal takes it from
    # the list last. This changes the account's version, so the registration is not stored.
    if owner and not lists_authority(owner, ceremony.authority, providers=providers):
        raise TokenInvalid
    if ceremony.authority == ENROLMENT and not status.holds:
        raise NotPermitted
    if not _is_valid(status, owner):
        raise TokenInvalid


def _is_valid(status: AuthorityStatus, owner: StoredAccount | None) -> bool:
    signed_in_with = status.credential_hash
    if owner is None or signed_in_with is None:
        return status.holds
    return status.holds and owner.has_active_credential(signed_in_with)
