"""Simulated raw tables in the shape of the input contract, with the truth."""

from strata.simulate.run import DEFAULT_END_DATE, simulate

__all__ = ["DEFAULT_END_DATE", "simulate"]
