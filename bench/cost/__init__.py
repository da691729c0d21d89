"""What a month costs, computed from list prices and from what a sign-in takes.

`python -m bench.cost` prints the bill; docs/cost.md says where each figure is from.
"""
