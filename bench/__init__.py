"""Benchmarks: how fast Touchstone is, as ratios to yardsticks measured in the same run.

`python -m bench` starts everything it needs. bench/README.md explains what it prints.
"""
