"""Stories for operators."""

from shared.backup.row_source import TableRows
from shared.composition.parts import Parts
from shared.keys.operator_tokens import OperatorSecrets
from shared.operators.operator_access import OperatorAccess
from shared.operators.tables_export import TablesExport


def make_operator_access(parts: Parts, secrets: OperatorSecrets) -> OperatorAccess:
    return OperatorAccess(
        secrets=secrets,
        uses=parts.stores.operator_uses,
        recorder=parts.recorder,
        clock=parts.clock,
    )


def make_tables_export(parts: Parts, access: OperatorAccess) -> TablesExport:
    return TablesExport(
        access,
        TableRows(parts.table),
        rp_id=parts.settings.policy.rp_id,
        issuer=parts.settings.tokens.issuer,
        clock=parts.clock,
    )
