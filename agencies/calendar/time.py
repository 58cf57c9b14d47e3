"""Legal time: the fixed UTC+7 of Viet Nam, whatever the time zone of the machine."""

from datetime import UTC, date, datetime, time, timedelta, timezone

# Viet Nam has had no other offset and no summer time since 1975; a fixed offset needs no zone data on the host.
AHEAD_OF_UTC = timedelta(hours=7)
LEGAL_ZONE = timezone(AHEAD_OF_UTC, "Asia/Ho_Chi_Minh")
MICROSECOND = timedelta(microseconds=1)


def legal_datetime(at: datetime) -> datetime:
    """`at` on the clocks of Viet Nam; raises ValueError for a naive datetime."""
    if at.tzinfo is None or at.utcoffset() is None:
        raise ValueError(f"A moment needs a time zone: {at.isoformat()} has none.")
    return at.astimezone(LEGAL_ZONE)


def legal_date(at: datetime) -> date:
    """The date of `at` in Viet Nam; raises ValueError for a naive datetime."""
    if at.tzinfo is UTC:  # as the database gives them: the same day, found without the general way
        return (at + AHEAD_OF_UTC).date()
    return legal_datetime(at).date()


def moment(day: date, microseconds: int) -> datetime:
    """The moment so many microseconds after midnight of `day` in Viet Nam, in UTC."""
    midnight = datetime.combine(day, time(), tzinfo=LEGAL_ZONE)
    return (midnight + microseconds * MICROSECOND).astimezone(UTC)


def microseconds_of_day(at: time) -> int:
    """Microseconds from midnight to `at`."""
    return ((at.hour * 60 + at.minute) * 60 + at.second) * 1_000_000 + at.microsecond
