"""Which room fills which slot on the pages of lower rooms."""

from common.panels import Panel

PANELS: dict[str, tuple[Panel, ...]] = {}
