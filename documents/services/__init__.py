"""What other rooms call. Rights are checked by the caller: this room knows files, not who may see them."""

from documents.services.intake import combine_images, store_bytes, store_upload
from documents.services.keeping import erase, keep_until, sweep
from documents.services.reading import (
    NoPreview,
    NotReady,
    as_pdf,
    joined,
    joined_pdf,
    open_clean,
    preview,
    read_clean,
    serve,
    serve_preview,
)
from documents.services.scanning import examine, scan, settle_scan

__all__ = [
    "NoPreview",
    "NotReady",
    "as_pdf",
    "combine_images",
    "erase",
    "examine",
    "joined",
    "joined_pdf",
    "keep_until",
    "open_clean",
    "preview",
    "read_clean",
    "scan",
    "serve",
    "serve_preview",
    "settle_scan",
    "store_bytes",
    "store_upload",
    "sweep",
]
