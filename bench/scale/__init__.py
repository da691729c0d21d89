"""A fleet of instances, simulated from what each request takes here.

`python -m bench.scale` measures and computes; docs/scale.md explains what it prints.
"""
