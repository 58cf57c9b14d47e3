"""People: citizens, organisations, officers; sign-in, identity, consent."""
