"""The catalogue as files: what tables and their columns are called, reading, writing, and putting rows into documents.

Nothing here touches the database; `procedures.services.importing` does.
"""
