"""Writing rules: folding news into figures, rebuilding them, loading published ones."""
