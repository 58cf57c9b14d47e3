"""Paying over the API."""
