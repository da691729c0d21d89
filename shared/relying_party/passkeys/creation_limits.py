"""Whom a new credential is counted for."""

from shared.rate_limits.limiter import Subjects
from shared.relying_party.callers.client import Client
from shared.webauthn.state import RegistrationCeremony


def counted_for(ceremony: RegistrationCeremony, client: Client) -> Subjects:
    """A stranger's new account for the address, and for all strangers together. Not for its name:
    anybody may begin to found an account of any name, and would keep its owner from doing so.
    """
    if ceremony.founding:
        return Subjects(address=client.address, tenant=True)
    return Subjects(account=ceremony.user_handle)
