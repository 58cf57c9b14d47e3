"""One folder in which the web processes of one server put their counts; made by the process they are forked from."""

import atexit
import os
import shutil
import tempfile

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


def share_counts() -> None:
    """Make the folder unless the environment names one, and remove it when the process that made it ends.

    Call it before anything imports prometheus_client, in the parent of the web processes (gunicorn --preload).
    """
    if os.environ.get(VARIABLE):
        return
    folder, maker = tempfile.mkdtemp(prefix="motcua-counts-"), os.getpid()
    os.environ[VARIABLE] = folder

    def remove() -> None:
        if os.getpid() == maker:
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)
