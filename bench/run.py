"""One run of the benchmark, from its options to its exit code."""

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence

from bench import names
from bench.access.compare import compare_access, warm_up
from bench.access.stage import set_access_stage
from bench.cores import divide_cores
from bench.far_storage import compare_with_delay
from bench.install import install_peer
from bench.measures import compare_cold_starts, compare_verifications
from bench.options import Options, parse_options
from bench.overload import compare_overload
from bench.report import as_json, as_text
from bench.results import Results
from bench.sealing_share import add_sealing, add_with_sealing, count_events
from bench.stage import Stage, set_stage
from bench.timer import measure_sealing
from bench.under_load import Taken, compare_client_use, compare_load, compare_validation

# V8 needs this many of each to finish compiling. With fewer the peer's first round would be slower.
_WARM_UP = 400


def main(arguments: Sequence[str] | None = None) -> int:
    options = parse_options(arguments)
    if sys.platform != "linux":
        print("the bench needs Linux: it pins processes and reads /proc", file=sys.stderr)
        return 2
    if not options.access_only:
        install_peer()
    results = asyncio.run(_measure(options))
    print(as_text(results))
    if options.json:
        options.json.write_text(json.dumps(as_json(results), indent=2) + "\n", encoding="utf-8")
    return 0


async def _measure(options: Options) -> Results:
    results, core = Results(), divide_cores()
    if not options.access_only:
        await _measure_all_else(results, options, core=core)
    await _measure_access(results, options, core=core)
    _show_progress("")
    return results


async def _measure_all_else(results: Results, options: Options, *, core: int | None) -> None:
    _show_progress("starting")
    async with set_stage(core=core) as stage:
        await _warm_up(stage, options)
        events = await count_events(stage)
        for number in range(options.rounds):
            _show_progress(f"round {number + 1} of {options.rounds}")
            await _run_round(stage, results, options, events, ours_first=number % 2 == 0)


async def _measure_access(results: Results, options: Options, *, core: int | None) -> None:
    """On hosts of its own, as it needs profiles and a stand-in of Entra."""
    _show_progress("starting approvals and exchanges")
    async with set_access_stage(core=core) as stage:
        await warm_up(stage)
        for number in range(options.rounds):
            _show_progress(f"approvals and exchanges, round {number + 1} of {options.rounds}")
            await compare_access(stage, results, count=options.ceremonies)


async def _warm_up(stage: Stage, options: Options) -> None:
    for side in (stage.ours, stage.peer):
        await side.warm_up(people=max(options.concurrency), count=_WARM_UP)
    for delayed in (stage.ours_delayed, *stage.delayed_peers.values()):
        await delayed.contestant.warm_up(people=1, count=1)


async def _run_round(
    stage: Stage,
    results: Results,
    options: Options,
    events: Mapping[str, int],
    *,
    ours_first: bool,
) -> None:
    compare_verifications(results)
    await compare_cold_starts(stage, results)
    samples = [
        await _load(stage, results, options, concurrency=concurrency, ours_first=ours_first)
        for concurrency in options.concurrency
    ]
    capacity = max(taken.ours[names.SIGN_IN].per_second for taken in samples)
    await compare_overload(stage.ours, results, capacity=capacity)
    sealed = await measure_sealing(stage.ours.server, stage.tables)
    add_sealing(results, sealed)
    for taken in samples:
        add_with_sealing(results, taken, events=events, sealed=sealed)
    await compare_with_delay(stage, results)


async def _load(
    stage: Stage, results: Results, options: Options, *, concurrency: int, ours_first: bool
) -> Taken:
    count = options.ceremonies
    taken = await compare_load(
        stage, results, concurrency=concurrency, count=count, ours_first=ours_first
    )
    await compare_validation(stage, results, concurrency=concurrency, count=count)
    sign_in = taken.ours[names.SIGN_IN]
    await compare_client_use(stage, results, concurrency=concurrency, count=count, sign_in=sign_in)
    return taken


def _show_progress(step: str) -> None:
    """Show the current step in one line that changes, if the output is a terminal."""
    if sys.stderr.isatty():
        print(f"\r\033[K{step}", end="", file=sys.stderr, flush=True)
