"""Django's PostgreSQL backend, except that a kept connection is not asked "SELECT 1" at each request; see base."""
