"""The one credential for storage, Key Vault, Azure Monitor and Microsoft Graph.

It is imported only if a setting needs it: the identity library takes a fifth of a cold start.
"""

import logging

from azure.core.credentials_async import AsyncTokenCredential
from azure.identity.aio import DefaultAzureCredential, ManagedIdentityCredential

from shared.azure.timeouts import RETRIES, TIMEOUTS


class _FirstLine(logging.Handler):
    """The library logs why it got no token, and below that the answer, which may hold one.

    Handlers of the root are called after this one, with the same record.
    """

    def emit(self, record: logging.LogRecord) -> None:
        record.msg, record.args = record.getMessage().partition("\n")[0], None


_FIRST_LINE = _FirstLine()


def sign_in(*, client_id: str | None, credentials: str | None = None) -> AsyncTokenCredential:
    """Make the credential. It asks for a token at the first request, and keeps it.

    `client_id` is the client ID of a user-assigned managed identity. `credentials` names the
    credentials of the Azure SDK to use on an operator's machine, where there is no managed
    identity.
    """
    if credentials is not None:
        # It reads from the same setting which credentials to use.
        return DefaultAzureCredential()
    logging.getLogger("azure.identity").addHandler(_FIRST_LINE)
    return ManagedIdentityCredential(client_id=client_id, **RETRIES, **TIMEOUTS)
