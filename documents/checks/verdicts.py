"""What the checking process says, in words that both sides understand. Nothing of Django here."""

from dataclasses import asdict, dataclass


class Refused(Exception):
    """The file breaks a rule; `code` names the rule (the sentences are in documents/refusals.py)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Verdict:
    """The outcome of a check: `refused` is empty when the file is fit, else the code of the broken rule.

    `pages` is 1 for an image and 0 where pages are not counted; `warning` is a code to show beside an accepted file.
    """

    refused: str = ""
    pages: int = 0
    warning: str = ""

    def as_dict(self) -> dict[str, object]:
        return asdict(self)
