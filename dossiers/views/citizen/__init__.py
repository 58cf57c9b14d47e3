"""Pages of citizens and businesses: filing, following, supplementing, verifying."""
