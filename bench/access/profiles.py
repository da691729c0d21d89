"""The profiles by which people ask: what they say, and who is in them."""

import json
from typing import Any

from tests.fakes.entra import TENANT

PAIRS = 96
"""A profile lists 200 names at most. An asker has 20 open approvals at most."""
IDENTITY = "600b719b-3766-4dc5-95a6-3c4a8dc31885"
AT_ONCE, APPROVED = "reports", "orders"
"""The first one gives its token at once. For the other one somebody else has to approve."""
DATABASE = "orders-database"
"""It gives a client certificate at once."""
SUBJECTS = tuple(f"profile:{name}" for name in (AT_ONCE, APPROVED))


def asker(number: int) -> str:
    return f"asker-{number}"


def approver(number: int) -> str:
    return f"approver-{number}"


def profiles() -> str:
    """For the setting ACCESS_PROFILES."""
    approvers = {"number": 1, "users": [approver(number) for number in range(PAIRS)]}
    approved = _profile(APPROVED) | {"approvers": approvers}
    return json.dumps([_profile(AT_ONCE), approved, _database()])


def _database() -> dict[str, Any]:
    parameters = {"host": "db.example", "database": "orders", "role": {"fixed": "app_ro"}}
    return _profile(DATABASE) | {"kind": "postgresql-certificate", "parameters": parameters}


def _profile(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "title": "Orders",
        "kind": "azure-sql",
        "parameters": {"tenant": TENANT, "clientId": IDENTITY},
        "who": {"users": [asker(number) for number in range(PAIRS)]},
    }
