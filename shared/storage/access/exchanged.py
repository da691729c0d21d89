"""Subject tokens that were exchanged: each counts once for a profile.

The row is like that of a challenge (`shared.storage.challenges`), which also removes those of
tokens that have expired. It is made in one transaction with the notice of the exchange, whose ID
ends in the digit of the row's partition.
"""

from shared.audit.statement import Statement
from shared.storage.challenges import open_row
from shared.storage.openid.claiming import claim
from shared.storage.tables.table import Operation, Table


class ExchangedTokens:
    def __init__(self, outbox: Table) -> None:
        self._table = outbox

    async def claim(self, digest: bytes, *, expires_at: int, notice: Statement) -> bool:
        """Return True exactly once for each digest. `expires_at` is when the token does, in Unix
        seconds."""
        creation = Operation("create", open_row(digest, expires_at))
        return await claim(self._table, creation, event=notice, places=())
