"""The difference between two documents in words of the people, grouped by part; and one document told the same way.

Every value of the document is a fact with a label; facts that belong together (a paper, a fee, a question) are a node.
Two documents differ where a node was added or removed, where a fact reads otherwise, or where the order changed.
"""

from procedures.differences.comparing import Change, Part, differences
from procedures.differences.telling import Told, tell

__all__ = ["Change", "Part", "Told", "differences", "tell"]
