"""The floor: what a bare view costs, and what any honest Django page pays before a single rule of ours."""
