"""The limits that a new credential is counted for."""

from shared.rate_limits.limiter import Subjects
from shared.relying_party.callers.client import Client
from shared.webauthn.state import RegistrationCeremony


def counted_for(ceremony: RegistrationCeremony, client: Client) -> Subjects:
    """A new account of a stranger is counted for the address, and for all strangers together. It is
    not counted for its name: anybody may begin an account of any name, and could use up the limit
    of the name's owner.
    """
    if ceremony.founding:
        return Subjects(address=client.address, tenant=True)
    return Subjects(account=ceremony.user_handle)
