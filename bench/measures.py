"""The measures that need no load: verifications, and the first answer, each with its aim."""

from bench.cold_start import time_begin, time_hello
from bench.results import HELLO, PEER, Results, Subject
from bench.stage import Stage
from bench.token_verification import measure_token_verification
from bench.verification import measure_verification

_STARTS = 3
_ASSERTION = Subject(
    group="verification of an assertion",
    measure="CPU, JSON to verdict",
    yardstick="bare ES256",
    unit="µs",
    aim=2.5,
)
_TOKEN = Subject(
    group="verification of an access token",
    measure="CPU, text to claims",
    yardstick="bare RS256",
    unit="µs",
)
_COLD = "process start to first answer"
_FIRST_BEGIN = Subject(
    group=_COLD, measure="authenticate/begin", yardstick=HELLO, unit="ms", aim=1.6
)
_FIRST_BEGIN_PEER = Subject(group=_COLD, measure="authenticate/begin", yardstick=PEER, unit="ms")


def compare_verifications(results: Results) -> None:
    assertion, token = measure_verification(), measure_token_verification()
    results.add(_ASSERTION, ours=assertion.touchstone, yardstick=assertion.bare)
    results.add(_TOKEN, ours=token.touchstone, yardstick=token.bare)


async def compare_cold_starts(stage: Stage, results: Results) -> None:
    """Use the fastest of a few starts each: other work on the machine can only make a start
    slower."""
    hello, ours, peer = [], [], []
    for _ in range(_STARTS):
        hello.append(await time_hello(stage.programs.hello, core=stage.core))
        ours.append(await time_begin(stage.programs.touchstone, core=stage.core))
        peer.append(await time_begin(stage.programs.peer, core=stage.core))
    results.add(_FIRST_BEGIN, ours=min(ours), yardstick=min(hello))
    results.add(_FIRST_BEGIN_PEER, ours=min(ours), yardstick=min(peer))
