"""The paper that demo dossiers carry: one page that says what it is."""

from functools import lru_cache

from documents.render import render_pdf


@lru_cache(maxsize=1)
def sample_pdf() -> bytes:
    """A rendered page "Giấy tờ trình diễn", made once per load."""
    return render_pdf("portal/demo_paper.html", {}, title="Giấy tờ trình diễn")
