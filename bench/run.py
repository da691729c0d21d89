"""One run of the benchmark, from its options to its exit code."""

import asyncio
import json
import sys
from collections.abc import Sequence

from bench.cores import divide_cores
from bench.far_storage import compare_with_delay
from bench.install import install_peer
from bench.measures import compare_cold_starts, compare_verifications
from bench.options import Options, parse_options
from bench.report import as_json, as_text
from bench.results import Results
from bench.stage import Stage, set_stage
from bench.under_load import compare_load, compare_validation

# V8 needs this many of each to finish compiling. With fewer the peer's first round would be slower.
_WARM_UP = 400


def main(arguments: Sequence[str] | None = None) -> int:
    options = parse_options(arguments)
    if sys.platform != "linux":
        print("the bench needs Linux: it pins processes and reads /proc", file=sys.stderr)
        return 2
    install_peer()
    results = asyncio.run(_measure(options))
    print(as_text(results))
    if options.json:
        options.json.write_text(json.dumps(as_json(results), indent=2) + "\n", encoding="utf-8")
    return 0


async def _measure(options: Options) -> Results:
    results = Results()
    _show_progress("starting")
    async with set_stage(core=divide_cores()) as stage:
        await _warm_up(stage, options)
        for number in range(options.rounds):
            _show_progress(f"round {number + 1} of {options.rounds}")
            await _run_round(stage, results, options, ours_first=number % 2 == 0)
    _show_progress("")
    return results


async def _warm_up(stage: Stage, options: Options) -> None:
    for side in (stage.ours, stage.peer):
        await side.warm_up(people=max(options.concurrency), ceremonies=_WARM_UP)
    for delayed in (stage.ours_delayed, stage.peer_delayed):
        await delayed.contestant.warm_up(people=1, ceremonies=1)


async def _run_round(stage: Stage, results: Results, options: Options, *, ours_first: bool) -> None:
    compare_verifications(results)
    await compare_cold_starts(stage, results)
    for concurrency in options.concurrency:
        await compare_load(
            stage,
            results,
            concurrency=concurrency,
            count=options.ceremonies,
            ours_first=ours_first,
        )
        await compare_validation(stage, results, concurrency=concurrency, count=options.ceremonies)
    await compare_with_delay(stage, results)


def _show_progress(step: str) -> None:
    """Show the current step in one line that changes, if the output is a terminal."""
    if sys.stderr.isatty():
        print(f"\r\033[K{step}", end="", file=sys.stderr, flush=True)
