"""The case file over the API: the same services and the same rights as the pages."""
