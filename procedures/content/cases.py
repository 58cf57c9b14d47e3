"""Cases of a procedure and, per case and channel, the time limit, the supplement rules and the legal extensions."""

from typing import Literal

from pydantic import Field

from procedures.content.base import Channel, Evidence, Key, Limit, Strict, Text
from procedures.content.conditions import Condition


class Supplement(Strict):
    """What a request for supplements does to the clock (default: Decree 61/2018 art. 19, counted again from the start).

    `request_within`: until when the agency may ask; `answer_within`: the citizen's limit; `max_requests`: how often.
    """

    policy: Literal["restart", "pause"] = "restart"
    legal_source: str = "61/2018/NĐ-CP, Điều 19"
    request_within: Limit | None = None
    answer_within: Limit | None = None
    max_requests: int = Field(default=1, ge=0, le=10)
    evidence: Evidence = Evidence()


class Extension(Strict):
    """A lengthening the law itself allows (verification, volume): it moves the due date, unlike an apology."""

    key: Key
    by: Limit
    condition: Text
    legal_source: str = ""


class Terms(Strict):
    """What holds for one channel of one case. No `limit`: settled by a yearly plan, see `limit_note`.

    `reply_within`: until when the agency says whether the dossier is complete, where the law sets it apart.
    """

    channel: Channel
    limit: Limit | None = None
    limit_note: Text | None = None
    counted_from: str = ""
    reply_within: Limit | None = None
    supplement: Supplement = Supplement()
    extensions: tuple[Extension, ...] = ()


class Case(Strict):
    """A case within the procedure; `when` ties it to the answers, so that nobody is asked the same thing twice."""

    key: Key
    name: Text
    when: Condition | None = None
    terms: tuple[Terms, ...] = Field(min_length=1)

    def on(self, channel: Channel | str) -> Terms:
        """The terms of a channel; raises KeyError when the case cannot be filed that way."""
        for terms in self.terms:
            if terms.channel == channel:
                return terms
        raise KeyError(channel)
