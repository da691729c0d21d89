"""What a device asks for: as the person is shown it, and as the log has it."""

from dataclasses import dataclass

from shared.audit.facts import Fact
from shared.openid.device.profiled import ShownDatabase
from shared.openid_provider.device.waiting import Waiting
from shared.relying_party.callers.client import Client
from shared.relying_party.passkeys.ceremony_options import CeremonyOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the person is shown before a decision."""

    waiting: Waiting
    user_code: str
    seconds_ago: int
    same_address: bool | None
    """None if an address is not known."""
    resources: tuple[str, ...]
    """Those for which the device gets a token."""
    database: ShownDatabase | None
    """That an access profile is for."""
    review: str
    options: CeremonyOptions


def facts_of(waiting: Waiting, client: Client) -> dict[str, Fact]:
    """Not the addresses, which are personal data; the source of the event has the person's."""
    request, same = waiting.request, waiting.request.is_from(client.address)
    facts: dict[str, Fact] = {"client": request.client_id, "scope": " ".join(request.scope)}
    if request.profile is not None:
        facts["profile"] = request.profile.name
    return facts if same is None else facts | {"sameAddress": same}
