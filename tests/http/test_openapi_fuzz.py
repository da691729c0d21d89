"""Requests generated from the API description: those that it allows, and others."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation as AnyOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from shared.blueprints.openapi import read_description

type APIOperation = AnyOperation[Any, Any, Any, Any]

# A host serves it with its own address as the only addition.
DESCRIPTION = schemathesis.openapi.from_dict(read_description())
OPERATIONS = {
    result.ok().label: result.ok()
    for result in DESCRIPTION.get_all_operations()
    if isinstance(result, Ok)
}
HARMLESS = {"POST /revoke"}
"""No form is wrong there: what is not a token needs no revoking."""
WITH_BODY = {
    label: operation
    for label, operation in OPERATIONS.items()
    if operation.body and label not in HARMLESS
}
FEW = 5
"""Requests of an operation where nothing can be made up."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def _send_examples(operation: APIOperation, url: str, *, mode: GenerationMode, number: int) -> None:
    @given(operation.as_strategy(generation_mode=mode))
    @settings(max_examples=number, suppress_health_check=list(HealthCheck))
    def send(case: Case[APIOperation]) -> None:
        case.call_and_validate(base_url=url, checks=CHECKS)

    send()


@pytest.fixture
def many(pytestconfig: pytest.Config) -> int:
    """Requests of an operation where a body or a path can be made up."""
    number: int = pytestconfig.getoption("--made-up-requests")
    return number


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS.keys())
def test_described_requests_get_described_answers(
    operation: APIOperation, touchstone_url: str, many: int
) -> None:
    number = many if operation.body or operation.path_parameters else FEW
    _send_examples(operation, touchstone_url, mode=GenerationMode.POSITIVE, number=number)


@pytest.mark.parametrize("operation", WITH_BODY.values(), ids=WITH_BODY.keys())
def test_other_requests_get_described_refusals(
    operation: APIOperation, touchstone_url: str, many: int
) -> None:
    _send_examples(operation, touchstone_url, mode=GenerationMode.NEGATIVE, number=many)


def test_there_are_operations_with_bodies() -> None:
    assert len(WITH_BODY) >= 4
