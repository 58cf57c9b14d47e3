"""Pages of the case file, by audience: the permission boundary is a file name."""
