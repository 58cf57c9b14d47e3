"""Finding of procedures: words, slips of the finger, facets, life events.

A province has some two thousand procedures, and everybody searches them. They are held in the memory of each process, as
bit masks (`index`), and read anew as soon as the database says that the catalogue has changed.
"""

from procedures.finding.events import LifeEvent, life_events
from procedures.finding.index import COMMUNES, Entry, Index, current, places
from procedures.finding.search import CODE, Found, ordered, search, similar

__all__ = [
    "CODE",
    "COMMUNES",
    "Entry",
    "Found",
    "Index",
    "LifeEvent",
    "current",
    "life_events",
    "ordered",
    "places",
    "search",
    "similar",
]
