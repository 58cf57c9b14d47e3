"""The catalogue over the API."""
