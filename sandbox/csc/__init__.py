"""A remote signing service: the API of the Cloud Signature Consortium, version 1.0.4.0."""

from sandbox.csc import api

__all__ = ["api"]
