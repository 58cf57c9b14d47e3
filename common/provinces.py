"""The installation's province: its name in both languages, from PROVINCE_CODE."""

from functools import lru_cache

from django.conf import settings

from common import units

CITY = "Thành phố "
ENGLISH_CITIES = {"Hà Nội": "Ha Noi City", "Hồ Chí Minh": "Ho Chi Minh City"}


@lru_cache(maxsize=4)
def short_name(code: str) -> str:
    """The bare name, "Lạng Sơn"; an empty text for an unknown code."""
    return units.label(code).removeprefix("Tỉnh ").removeprefix(CITY)


def name(code: str | None = None) -> dict[str, str]:
    """The official name of the province or city in both languages; of this installation when no code is given."""
    code = code or settings.PROVINCE_CODE
    bare = short_name(code)
    if units.label(code).startswith(CITY):
        return {"vi": f"Thành phố {bare}", "en": ENGLISH_CITIES.get(bare, f"{bare} City")}
    return {"vi": f"Tỉnh {bare}", "en": f"{bare} Province"}
