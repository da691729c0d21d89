"""The measures that need no load: verifications, and the first answer."""

from bench import names
from bench.cold_start import time_begin, time_hello
from bench.results import Results, Subject
from bench.stage import Stage
from bench.token_exchange import measure_token_exchange
from bench.token_verification import measure_token_verification
from bench.turns import Spent
from bench.verification import measure_verification

_STARTS = 3
_ASSERTION = Subject(
    group=names.ASSERTION, measure=names.VERDICT, yardstick=names.BARE_ES256, unit="µs"
)
_EXCHANGE = Subject(
    group=names.EXCHANGE, measure=names.OBTAINED, yardstick=names.BARE_SIGNATURE, unit="µs"
)
_TOKEN = Subject(group=names.JWT, measure=names.CLAIMS, yardstick=names.BARE_RS256, unit="µs")


def compare_verifications(results: Results) -> None:
    add_verifications(
        results,
        assertion=measure_verification(),
        token=measure_token_verification(),
        exchange=measure_token_exchange(),
    )


def add_verifications(results: Results, *, assertion: Spent, token: Spent, exchange: Spent) -> None:
    results.add(_ASSERTION, ours=assertion.touchstone, yardstick=assertion.bare)
    results.add(_TOKEN, ours=token.touchstone, yardstick=token.bare)
    results.add(_EXCHANGE, ours=exchange.touchstone, yardstick=exchange.bare)


async def compare_cold_starts(stage: Stage, results: Results) -> None:
    """Use the fastest of a few starts each: other work on the machine can only make a start
    slower."""
    hello, ours, peer = [], [], []
    for _ in range(_STARTS):
        hello.append(await time_hello(stage.programs.hello, core=stage.core))
        ours.append(await time_begin(stage.programs.touchstone, core=stage.core))
        peer.append(await time_begin(stage.programs.peer, core=stage.core))
    add_cold_starts(results, ours=min(ours), hello=min(hello), peer=min(peer))


def add_cold_starts(results: Results, *, ours: float, hello: float, peer: float) -> None:
    for yardstick, seconds in ((names.HELLO, hello), (names.PEER, peer)):
        subject = Subject(
            group=names.COLD_START, measure=names.FIRST_BEGIN, yardstick=yardstick, unit="ms"
        )
        results.add(subject, ours=ours, yardstick=seconds)
