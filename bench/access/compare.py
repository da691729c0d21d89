"""What approvals, exchanges and client certificates take, against our own sign-in."""

from collections.abc import Mapping

from bench import names
from bench.access.pairs import (
    STEPS,
    Step,
    get_certificate,
    get_token,
    register_both,
    sign_in_approver,
    sign_in_asker,
)
from bench.access.stage import AccessStage, Side
from bench.far_storage import FarSample, add_far, typical
from bench.load import Sample, put_load
from bench.results import Results
from bench.under_load import add_against_sign_in

_MOST_OPEN = 10
"""Of 20 that somebody who asks may have."""
_FAR_COUNT = 4


async def warm_up(stage: AccessStage) -> None:
    """Everybody registers, and every kind of request was made before it is measured."""
    for side in (stage.near, stage.far):
        await _load(side, register_both, count=len(side.pairs))
        await _sign_in(side, count=len(side.pairs))
        for step in STEPS.values():
            await _load(side, step, count=len(side.pairs))
    for step in (register_both, sign_in_asker, get_certificate):
        await _load(stage.vault, step, count=len(stage.vault.pairs))


async def compare_access(stage: AccessStage, results: Results, *, count: int) -> None:
    count = min(count, _MOST_OPEN * len(stage.near.pairs))
    sign_in = await _sign_in(stage.near, count=count)
    samples = {name: await _load(stage.near, step, count=count) for name, step in STEPS.items()}
    add_against_sign_in(results, samples, concurrency=names.ACCESS_AT_ONCE, sign_in=sign_in)
    await _compare_vault(stage.vault, results, count=count)
    add_far(results, ours=await _far_samples(stage), peers={})


async def _compare_vault(side: Side, results: Results, *, count: int) -> None:
    """The sign-in is of the same host, so the way to the vault is the only difference."""
    sign_in = await _load(side, sign_in_asker, count=count)
    samples = {names.CERTIFICATE_BY_VAULT: await _load(side, get_certificate, count=count)}
    add_against_sign_in(results, samples, concurrency=names.ACCESS_AT_ONCE, sign_in=sign_in)


async def _sign_in(side: Side, *, count: int) -> Sample:
    """Access tokens live for five minutes."""
    sample = await _load(side, sign_in_asker, count=count)
    await _load(side, sign_in_approver, count=len(side.pairs))
    await _load(side, get_token, count=count)
    return sample


async def _load(side: Side, step: Step, *, count: int) -> Sample:
    at_once = min(names.ACCESS_AT_ONCE, len(side.pairs))
    return await put_load(side.server, step, side.pairs, concurrency=at_once, ceremonies=count)


async def _far_samples(stage: AccessStage) -> Mapping[str, FarSample]:
    """One request at a time."""
    found: dict[str, list[FarSample]] = {}
    for _ in range(_FAR_COUNT):
        sign_in = await _far_sample(stage, sign_in_asker)
        found.setdefault(names.SIGN_IN, []).append(sign_in)
        for before in (sign_in_approver, get_token):
            await _load(stage.far, before, count=1)
        for name, step in STEPS.items():
            found.setdefault(name, []).append(await _far_sample(stage, step))
    return {name: typical(samples) for name, samples in found.items()}


async def _far_sample(stage: AccessStage, step: Step) -> FarSample:
    stage.relay.reset()
    sample = await _load(stage.far, step, count=1)
    return FarSample(p50=sample.p50, calls=stage.relay.calls, trips=stage.relay.trips)
