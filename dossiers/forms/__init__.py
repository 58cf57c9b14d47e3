"""Input to clean values; never saves workflow."""
