"""What befalls many dossiers at once, each in its own transaction: corrected calendars, outages, reorganisations."""
