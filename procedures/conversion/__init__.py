"""Turns the collected catalogue (procedures as gathered from public sources) into our documents, once.

The converted files are committed under `procedures/data/` and are what `load_catalogue` reads; the portal never needs
the source again. Figures keep their source and whether it was verified. What the source leaves to judgement (which
uploaded file is which legal paper, English names, why a visit is needed) stands in `curated.py` and `english.json`.
"""

from procedures.conversion.entries import convert, convert_file

__all__ = ["convert", "convert_file"]
