"""For tests that change rows directly, without a story and its event."""

from shared.storage.audit.statements import NoEvent

NO_EVENT = NoEvent("a test changed it")
