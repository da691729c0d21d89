"""If spans are recorded, requests to storage carry the ID of theirs."""

import re

import pytest
from azure.core.credentials import AzureNamedKeyCredential
from opentelemetry.sdk.trace import TracerProvider

from shared.storage.table_service.requests import reading
from shared.storage.table_service.service import TableService
from tests.storage.table_service.test_signing import Recorded

KEY = AzureNamedKeyCredential("account", "a2V5")


@pytest.mark.parametrize("enabled", [True, False])
async def test_a_request_says_which_span_it_is_part_of(
    monkeypatch: pytest.MonkeyPatch, *, enabled: bool
) -> None:
    monkeypatch.setenv("AZURE_TRACING_ENABLED", str(enabled))
    transport = Recorded()
    service = TableService("http://storage.test", credential=KEY, transport=transport)
    with TracerProvider().get_tracer("tests").start_as_current_span("a request") as span:
        await service.send(reading("T", "p", "r", ()), repeated=())
    sent = transport.sent[0].headers.get("traceparent", "")
    assert bool(re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-0[13]", sent)) is enabled
    assert (f"{span.get_span_context().trace_id:032x}" in sent) is enabled
