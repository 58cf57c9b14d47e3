"""Stored files: received, scanned, rendered to PDF, signed. Has no public address of its own."""
