"""Trust in identity providers: whose tokens count here, whom they stand for, and with what rights.

The settings say all of it; a token only says which entry applies, by its issuer. `tokens.py`
decides alone and without I/O; `discovery.py` and `graph.py` bring what it needs; `trust.py` is
the door for everybody else.
"""
