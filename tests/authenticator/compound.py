"""Compound attestation (L3 section 8.9): several statements about one credential."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from tests.authenticator.attestation import AttestationMaker, Attested, Statement


@dataclass(frozen=True, kw_only=True, slots=True)
class Compound:
    makers: tuple[AttestationMaker, ...]
    rewrite: Callable[[list[Any]], object] = lambda honest: honest
    """The lie: what is made of the honest list."""

    zero_aaguid: ClassVar[bool] = False

    def __call__(self, attested: Attested) -> Statement:
        made = [maker(attested) for maker in self.makers]
        held: Any = self.rewrite([{"fmt": fmt, "attStmt": stmt} for fmt, stmt in made])
        return Statement("compound", held)
