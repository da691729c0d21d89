"""The cost of a month of sign-ins, by list prices.

    python -m bench.cost [--memory-gb 2] [--always-ready 2] [--zones] [--sentinel]
                         [--front-door] [--private-network] [--log-writes]

docs/cost.md gives the source of each price and figure. Items without a price here are listed, and
are not in any sum.
"""

import argparse
from collections.abc import Sequence

from bench.cost.model import UNPRICED, Line, Plan, month

_SIGN_INS = (10_000, 1_000_000, 10_000_000, 100_000_000)


def main(arguments: Sequence[str] | None = None) -> int:
    plan = _parse(arguments)
    print(f"{'instances always ready':<24}{plan.ready:>14}")
    months = [month(sign_ins, plan=plan) for sign_ins in _SIGN_INS]
    print(f"{'sign-ins a month':<24}" + "".join(f"{sign_ins:>14,}" for sign_ins in _SIGN_INS))
    for lines in zip(*months, strict=True):
        if any(line.dollars for line in lines):
            print(_row(lines[0].name, [line.dollars for line in lines]))
    sums = [_sum(lines) for lines in months]
    print(_row("sum, US dollars", sums))
    pairs = zip(sums, _SIGN_INS, strict=True)
    print(_row("for a million", [1e6 * dollars / sign_ins for dollars, sign_ins in pairs]))
    print("\nwithout price, and so not in it: " + "; ".join(UNPRICED))
    return 0


def _parse(arguments: Sequence[str] | None) -> Plan:
    parser = argparse.ArgumentParser(prog="python -m bench.cost")
    parser.add_argument("--memory-gb", type=float, default=2)
    parser.add_argument("--always-ready", type=int, default=0)
    for name in ("--zones", "--sentinel", "--front-door", "--private-network", "--log-writes"):
        parser.add_argument(name, action="store_true")
    return Plan(**vars(parser.parse_args(arguments)))


def _sum(lines: Sequence[Line]) -> float:
    return sum(line.dollars for line in lines)


def _row(name: str, dollars: Sequence[float]) -> str:
    return f"{name:<24}" + "".join(f"{each:>14,.2f}" for each in dollars)
