"""Backup and restore: a folder with the database, the files and a list that says what has to be there again.

The order is database first, files second. A file's row is committed before its bytes count and bytes never change, so
whatever the dump names can still be copied afterwards; bytes that came later are left out, because no row asks for them.
"""
