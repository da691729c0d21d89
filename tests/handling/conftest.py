from collections.abc import Callable

import pytest

from shared import wiring
from tests.harness.service_harness import ServiceHarness

type Serve = Callable[[ServiceHarness], ServiceHarness]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Serve:
    """Have the endpoints answer from this process of the service."""

    def serve(party: ServiceHarness) -> ServiceHarness:
        monkeypatch.setattr(wiring, "settings", lambda: party.settings)
        monkeypatch.setattr(wiring, "service", lambda: party.service)
        return party

    return serve
