"""What we already know: prefill from the account, fields that stay locked, the answer a case implies."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from procedures.content.document import Content
from procedures.eforms.context import LOCAL, Context
from procedures.eforms.tables import read_any
from procedures.eforms.values import Wrong

SEX = {"male": "nam", "female": "nu"}


def prefill(content: Content, account_facts: Mapping[str, Any]) -> dict[str, Any]:
    """Answers known before anybody types.

    `account_facts` is flat: {"account.full_name": …, "account.national_id", "account.dob" (date or ISO), "account.sex"
    (male/female or nam/nu), "account.phone", "account.email", "account.address" ({province, commune, line}),
    "business.name", "business.tax_code", "business.address"}. A fact that would not pass the field's rules is left out.
    """
    if content.eform is None:
        return {}
    context = Context(today=datetime.now(LOCAL).date())
    answers = {}
    for field in content.eform.fields():
        raw = _known(field, account_facts)
        try:
            value = read_any(field, raw, context)
        except Wrong:
            continue
        if value is not None:
            answers[field.key] = value
    return answers


def _known(field: Any, facts: Mapping[str, Any]) -> Any:
    raw = facts.get(field.prefill.source) if field.prefill else field.default
    if isinstance(raw, date):
        return raw.isoformat()
    if field.prefill and field.prefill.source == "account.sex":
        return SEX.get(str(raw), raw)
    return raw


def locked_keys(content: Content, account_facts: Mapping[str, Any]) -> frozenset[str]:
    """Fields shown as known data, not as inputs: official facts the account really has."""
    if content.eform is None:
        return frozenset()
    answers = prefill(content, account_facts)
    return frozenset(
        field.key
        for field in content.eform.fields()
        if field.prefill and field.prefill.locked and field.key in answers and account_facts.get(field.prefill.source)
    )


def case_answers(content: Content, case: str) -> dict[str, Any]:
    """The answers a chosen case implies, so that they are not asked again ({} when it implies none)."""
    when = content.case(case).when
    if when is None or when.operator != "equals":
        return {}
    return {str(when.field): when.equals}
