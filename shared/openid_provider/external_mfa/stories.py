"""Both stories of external MFA, and their configuration."""

from dataclasses import dataclass

from shared.openid.external_mfa.configuration import ExternalMfa
from shared.openid_provider.external_mfa.asking import Asking
from shared.openid_provider.external_mfa.confirming import Confirming


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalMfaStories:
    configuration: ExternalMfa
    ask: Asking
    confirming: Confirming
