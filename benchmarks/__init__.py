"""`make bench`: what the product costs beside a bare Django, measured in the same run (docs/bench.md)."""
