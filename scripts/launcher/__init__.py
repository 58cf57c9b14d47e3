"""Starts Một Cửa from nothing but Python, make and the package registries. Standard library only."""
