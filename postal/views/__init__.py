"""Pages of the post, by audience."""
