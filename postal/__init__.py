"""Papers collected and results returned by public post."""
