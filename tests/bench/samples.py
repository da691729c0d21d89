"""Samples as a round of the bench takes them, with figures that are easy to reckon with."""

from bench import names
from bench.access.pairs import STEPS
from bench.contestant import CEREMONIES
from bench.far_storage import FarSample, add_far
from bench.load import Sample
from bench.measures import add_cold_starts, add_verifications
from bench.overload import Overload, add_overload
from bench.results import Results
from bench.sealing_share import add_sealing, add_with_sealing
from bench.timer import Sealed
from bench.turns import Spent
from bench.under_load import Taken, add_against_sign_in, add_load

SEALED = Sealed(events=100, cpu=0.0002, idle=0.05)
OVERLOAD = Overload(per_second=6, took=2, signed_in=6, refused=3, failed=1, seconds=[0.5, 1, 3])


def sample(cpu: float) -> Sample:
    return Sample(cpu=cpu, p50=2 * cpu, p99=3 * cpu, per_second=1 / cpu)


def taken(*, ours: float, peer: float, concurrency: int = 16) -> Taken:
    """All ceremonies take the same processor time."""
    return Taken(
        concurrency=concurrency,
        ours=dict.fromkeys(CEREMONIES, sample(ours)),
        peer=dict.fromkeys(CEREMONIES, sample(peer)),
        hellos=sample(0.0005),
    )


def far(p50: float) -> FarSample:
    return FarSample(p50=p50, calls=6, trips=3)


def whole_round() -> Results:
    """Everything that is measured in a round, 16 at a time."""
    results, loaded = Results(), taken(ours=0.004, peer=0.002)
    add_load(results, loaded)
    used = {name: sample(0.003) for name in (names.CODE_FLOW, names.PROFILE)}
    add_against_sign_in(results, used, concurrency=16, sign_in=loaded.ours[names.SIGN_IN])
    asked = {name: sample(0.005) for name in STEPS}
    sign_in = loaded.ours[names.SIGN_IN]
    add_against_sign_in(results, asked, concurrency=names.ACCESS_AT_ONCE, sign_in=sign_in)
    add_sealing(results, SEALED)
    add_with_sealing(results, loaded, events=dict.fromkeys(CEREMONIES, 1), sealed=SEALED)
    ours = dict.fromkeys([*CEREMONIES, *names.AFTER_SIGN_IN], far(0.07))
    peers = (names.PEER, names.OVERLAPPING_PEER)
    add_far(results, ours=ours, peers={peer: dict.fromkeys(CEREMONIES, far(0.1)) for peer in peers})
    add_cold_starts(results, ours=0.6, hello=0.5, peer=0.7)
    spent = Spent(touchstone=2e-4, bare=1e-4)
    add_verifications(results, assertion=spent, token=spent, exchange=spent)
    add_overload(results, OVERLOAD)
    return results
