"""The one way a percentage is computed and rounded, for our own figures and for published ones."""

from decimal import ROUND_HALF_UP, Decimal

PLACES = 2


def percent(numerator: int | None, denominator: int | None, places: int = PLACES) -> Decimal | None:
    """100 × numerator / denominator, rounded half-up to `places` decimals; None when there is nothing to divide by."""
    if numerator is None or not denominator:
        return None
    return rounded(Decimal(numerator) * 100 / Decimal(denominator), places)


def rounded(value: Decimal, places: int = PLACES) -> Decimal:
    """Rounded half-up: 46.635 → 46.64."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
