# Everything is done by scripts/launcher (Python's standard library only); see `make help`.
PYTHON ?= python3

.DEFAULT_GOAL := help
.PHONY: help run test check manage rehearse bench drills lock clean

run test check manage rehearse bench drills lock clean help:
	@exec $(PYTHON) scripts/motcua.py $@
