"""Alice asks; Bob and Carol may approve."""

from tests.access_broker.approvals.conftest import alice, bob, carol, desk

__all__ = ["alice", "bob", "carol", "desk"]
