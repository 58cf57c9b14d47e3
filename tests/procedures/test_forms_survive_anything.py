"""Whatever JSON or page is sent through the fourteen real forms: answers or sentences come back, never a crash."""

import json
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procedures.eforms import build_form, clean_answers, summary
from procedures.fees import quote
from tests.procedures import answers as samples
from tests.procedures.catalogue import AT, content, context

FAST = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=True, allow_infinity=True),
    st.text(max_size=40),
    st.sampled_from(["2026-11-25", "31/02/2026", "1.234,5", "yes", "20", "05977", "\x00", "\ud800", "١٢", "9" * 60]),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.one_of(
                st.text(max_size=8), st.sampled_from(["province", "commune", "line", "from", "to", "pages", "copies"])
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=12,
)


@pytest.mark.parametrize("key", samples.KEYS)
@FAST
@given(data=st.data())
def test_any_json_is_answered(key: str, data: st.DataObject) -> None:
    document = content(key)
    names = [field.key for field in document.eform.fields()]
    changes = data.draw(st.dictionaries(st.sampled_from(names), JSON, max_size=6))
    answers = samples.answers(key) | changes
    checked = clean_answers(document, samples.case(key), answers, at=AT, context=context())
    json.dumps(checked.answers)
    assert all(isinstance(message, str) and message for message in checked.errors.values())
    assert quote(document, case=samples.case(key), channel="online", answers=answers, at=AT).total >= 0
    summary(document, checked.answers, at=AT)
    summary(document, answers, at=AT)
    build_form(document)(answers=answers, at=AT, context=context()).draw()


@FAST
@given(answers=JSON, case=st.text(max_size=5))
def test_any_json_instead_of_answers_is_refused(answers: Any, case: str) -> None:
    checked = clean_answers(content("birth-registration"), case, answers, at=AT, context=context())
    assert checked.errors


@pytest.mark.parametrize("key", samples.KEYS)
@FAST
@given(data=st.data())
def test_any_posted_page_is_answered(key: str, data: st.DataObject) -> None:
    document = content(key)
    names = [field.key for field in document.eform.fields()]
    tails = ["", "-rows", "-province", "-commune", "-line", "-0-name", "-0-pages", "-0-place-commune", "-1-from"]
    post = QueryDict(mutable=True)
    for name in data.draw(st.lists(st.sampled_from(names), max_size=6)):
        texts = data.draw(
            st.lists(
                st.one_of(st.text(max_size=30), st.sampled_from(["1", "3", "99999", "-1", "20", "05977"])),
                min_size=1,
                max_size=3,
            )
        )
        post.setlist(name + data.draw(st.sampled_from(tails)), texts)
    if data.draw(st.booleans()):
        post["_rows"] = data.draw(
            st.one_of(st.text(max_size=12), st.sampled_from(["add:documents", "remove:changes:0"]))
        )
    form = build_form(document)(post, at=AT, context=context())
    form.is_valid()
    json.dumps(form.to_store(), default=str)
    json.dumps(form.merged())
    form.found_errors()
    form.draw()
