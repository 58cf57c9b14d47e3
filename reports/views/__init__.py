"""Pages by audience."""
