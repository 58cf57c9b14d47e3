"""Figures of the province: rollups, tables, exports; never changes a dossier."""
