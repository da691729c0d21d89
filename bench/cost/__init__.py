"""The cost of a month, computed from list prices and from what a sign-in takes.

`python -m bench.cost` prints the bill; docs/cost.md gives the source of each figure.
"""
