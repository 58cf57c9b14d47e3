"""Pages of the provincial administrators: the working calendar, outages."""
