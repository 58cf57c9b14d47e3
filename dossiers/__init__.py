"""The case file: answers, papers handed in, workflow, events, clock, result."""
