"""The command line of Touchstone."""

__version__ = "1.0.0"
