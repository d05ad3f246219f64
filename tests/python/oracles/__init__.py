"""Oracles: what every mart of the spine must hold, worked out in plain Python.

They read the raw tables and the rule seeds only, follow the written contracts,
and share nothing with the models: no SQL beyond `from table`, no data frames.
"""
