"""If spans are recorded, requests to storage carry the ID of theirs."""

import re
from collections.abc import Iterator

import pytest
from azure.core import instrumentation
from azure.core.credentials import AzureNamedKeyCredential, AzureSasCredential
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

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


@pytest.fixture
def _new_tracer() -> Iterator[None]:
    """azure.core keeps the one that it had first."""
    instrumentation._get_tracer_cached.cache_clear()
    yield
    instrumentation._get_tracer_cached.cache_clear()


@pytest.mark.usefixtures("_new_tracer")
async def test_a_span_has_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_TRACING_ENABLED", "True")
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", provider)
    for credential in (KEY, AzureSasCredential("sv=1&sig=secret")):
        service = TableService("http://storage.test", credential=credential, transport=Recorded())
        await service.send(reading("T", "p", "r", ("A",)), repeated=())
    spans = [span.to_json() for span in exporter.get_finished_spans()]
    assert ["http://storage.test/T" in span for span in spans] == [True, True]
    assert not any("secret" in span or "SharedKey" in span for span in spans)
