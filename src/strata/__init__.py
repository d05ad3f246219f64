"""Strata: who the users are, where each one stands, why, and what moved."""

__version__ = "0.1.0"


class StrataError(Exception):
    """A fault that its reader can mend; the text is what to print, one sentence."""
