"""Writes SCENARIOS.md from the scenarios."""

from incremental.scenarios import DOCUMENT, document

DOCUMENT.write_text(document(), encoding="utf-8")
