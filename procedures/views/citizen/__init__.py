"""Pages everybody can read: search, browsing, the page of a procedure and its printed guides."""
