"""Failure drills on the whole demo, run by `make drills`: things die, hang, lie and come twice; afterwards the books agree.

`make drills ARGS="worker"` runs one of them (worker, database, callbacks, submits, officers, clock); `SEED=…` repeats a run.
"""
