"""How long a result holds, by what the catalogue says of it in words."""

import calendar
import re
from datetime import date, timedelta

# Only where the text begins with a term: "works must start within 12 months" is none.
TERM = re.compile(r"\s*(\d{1,3})\s*(năm|tháng|ngày|years?|months?|days?)\b", re.IGNORECASE)


def last_day(words: str, start: date) -> date | None:
    """The last day of a term that begins on `start` ("3 years", "6 tháng"); None where the words name none.

    A term in years or months ends on the day of the same number, or on the last one of a shorter month (Civil Code,
    articles 147 and 148).
    """
    found = TERM.match(words)
    if found is None:
        return None
    amount, unit = int(found[1]), found[2].lower()
    if unit.startswith(("ngày", "day")):
        return start + timedelta(days=amount)
    months = amount * (12 if unit.startswith(("năm", "year")) else 1)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if year > date.max.year:
        return None
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))
