"""A problem of RFC 9457."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

BASIC_CHALLENGE = 'Basic realm="touchstone"'
BEARER_CHALLENGE = 'Bearer realm="touchstone"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    status: int
    slug: str
    """The fragment of the problem's type. It never changes, since clients depend on it."""
    title: str
    detail: str
    """What the caller can do about it. It contains nothing of the request."""
    headers: Mapping[str, str] = field(default_factory=dict)


def problem_body(
    problem: Problem, *, detail: str, issuer: str, instance: str
) -> Iterator[tuple[str, object]]:
    yield "type", f"{issuer}/problems#{problem.slug}" if problem.slug else "about:blank"
    yield "title", problem.title
    yield "status", problem.status
    yield "detail", detail
    yield "instance", f"urn:uuid:{instance}"
