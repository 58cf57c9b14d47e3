"""The catalogue: procedure, version, case, e-form, papers, fee table, route, classification."""
