"""The API's doors: registering, tokens, and who a caller is."""
