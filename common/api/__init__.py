"""What the API of every room stands on: problem documents, idempotency, limits, the base of all views."""
