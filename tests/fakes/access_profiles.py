"""What people may ask for at the service under test, as ACCESS_PROFILES has it."""

from typing import Any

ASKER, FIRST, SECOND = "mia.asks", "noa.approves", "pia.approves"
CONNECTS = "dora.connects"
"""Usernames. No other test has them."""
_IDENTITY = {
    "tenant": "11111111-2222-3333-4444-555555555555",
    "clientId": "aaaaaaaa-0000-0000-0000-000000000001",
}
PAYMENTS: dict[str, Any] = {
    "name": "payments",
    "title": "Payments",
    "description": "Pay from the account of the company",
    "kind": "custom",
    "parameters": {
        "schema": {
            "type": "object",
            "required": ["amount", "currency", "payee"],
            "additionalProperties": False,
            "properties": {
                "amount": {"type": "integer", "minimum": 1, "maximum": 10000},
                "currency": {"enum": ["EUR", "USD"]},
                "payee": {"type": "string", "title": "To whom", "minLength": 1, "maxLength": 70},
                "urgent": {"type": "boolean"},
            },
        },
        "template": {
            "en": "Pay {amount} {currency} to {payee}",
            "de": "{amount} {currency} an {payee} zahlen",
        },
    },
    "who": {"users": [ASKER]},
    "demands": {"boundGesture": True},
    "approvers": {"number": 2, "users": [FIRST, SECOND]},
}
SERVERS: dict[str, Any] = {
    "name": "servers",
    "title": "Production servers",
    "kind": "azure-resource-manager",
    "parameters": _IDENTITY,
    "who": {"users": [ASKER]},
    "approvers": {"number": 1, "users": [FIRST]},
    "reasonRequired": True,
}
ORDERS: dict[str, Any] = {
    "name": "orders-reader",
    "title": "The database of orders",
    "kind": "azure-sql",
    "parameters": _IDENTITY,
    "who": {"users": [ASKER]},
}
DATABASE: dict[str, Any] = {
    "name": "orders-connection",
    "title": "Orders, reading",
    "kind": "postgresql-oauth",
    "parameters": {
        "host": "db.example.org",
        "database": "orders",
        "role": {"fixed": "orders_reader"},
        "resource": "https://db.example.org/orders",
        "scope": "db:orders",
    },
    "who": {"users": [CONNECTS, ASKER]},
}
PROFILES = [PAYMENTS, SERVERS, ORDERS, DATABASE]
