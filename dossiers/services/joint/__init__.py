"""Inter-agency procedures (liên thông): one dossier and one due date for the citizen, one dossier for each agency.

The parts are planned with the acceptance, in its own transaction; the news of it, and of every end of a part, is a job that
opens and counts them under the lock of the citizen's dossier. Whoever locks both, locks that one first, then the parts by
their id.
"""

from dossiers.services.joint.ending import call_off, follow, run, settle, sweep
from dossiers.services.joint.planning import plan
from dossiers.services.joint.waiting import go_on_without

__all__ = ["call_off", "follow", "go_on_without", "plan", "run", "settle", "sweep"]
