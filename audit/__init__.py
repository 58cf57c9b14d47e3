"""Who looked at or changed whose data; append-only."""
