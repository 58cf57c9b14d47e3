"""The living demo: a cast of people and some 300 dossiers in every state. Invented data; refused outside demo and test."""
