"""Officers' pages of the dossiers: queue, search, dossier, acts. The permission boundary of these pages is this folder."""
