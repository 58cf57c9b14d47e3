"""Realistic answers for the tests; their home is the demo, which files the same dossiers."""

from portal.demo.answers import (
    APPLICANT,
    BUILDERS,
    CASES,
    DONG_KINH,
    KEYS,
    LUONG_VAN_TRI,
    ON,
    Answers,
    answers,
    case,
    generic,
    with_changes,
)

__all__ = [
    "APPLICANT",
    "BUILDERS",
    "CASES",
    "DONG_KINH",
    "KEYS",
    "LUONG_VAN_TRI",
    "ON",
    "Answers",
    "answers",
    "case",
    "generic",
    "with_changes",
]
