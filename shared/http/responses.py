"""Answers: JSON, nothing, or a problem."""

import json
from collections.abc import Mapping
from typing import Any

import azure.functions as func

from shared.http.problems.problem import Problem, problem_body


def no_content(headers: Mapping[str, str] | None = None) -> func.HttpResponse:
    return func.HttpResponse(
        status_code=204, headers={"Cache-Control": "no-store"} | dict(headers or {})
    )


def json_response(
    body: Mapping[str, Any], *, status: int = 200, headers: Mapping[str, str] | None = None
) -> func.HttpResponse:
    return func.HttpResponse(
        json.dumps(body, separators=(",", ":")).encode(),
        status_code=status,
        headers={"Cache-Control": "no-store"} | dict(headers or {}),
        mimetype="application/json",
    )


def problem_response(
    problem: Problem,
    *,
    issuer: str,
    instance: str,
    detail: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> func.HttpResponse:
    body = problem_body(problem, detail=detail or problem.detail, issuer=issuer, instance=instance)
    return func.HttpResponse(
        json.dumps(dict(body)).encode(),
        status_code=problem.status,
        headers={"Cache-Control": "no-store", **(headers or {})},
        mimetype="application/problem+json",
    )
