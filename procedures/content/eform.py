"""The e-form of a procedure: sections, fields, repeating tables. Data only; reading of answers is in `eforms`."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from procedures.content.base import Key, Strict, Text
from procedures.content.conditions import Condition

PatternName = Literal["national_id", "tax_code", "passport", "licence_number", "vsic_code"]
PrefillSource = Literal[
    "account.full_name",
    "account.national_id",
    "account.dob",
    "account.sex",
    "account.phone",
    "account.email",
    "account.address",
    "business.name",
    "business.tax_code",
    "business.address",
    "national_db.licence_no",
]


class Prefill(Strict):
    """Where an answer is taken from; `locked` when the source is official and retyping could only do harm."""

    source: PrefillSource
    locked: bool = False


class Option(Strict):
    """One possible answer of a choice."""

    value: str = Field(min_length=1, max_length=60)
    label: Text


class BaseField(Strict):
    """What all kinds of fields have."""

    key: Key
    label: Text
    required: bool = True
    help: Text | None = None
    show_if: Condition | None = None
    prefill: Prefill | None = None
    default: str | None = None


class TextField(BaseField):
    """One line or several lines of text. Patterns are named: no free regular expression enters the document."""

    type: Literal["text", "long_text"]
    min_length: int | None = Field(default=None, ge=0, le=10_000)
    max_length: int | None = Field(default=None, ge=1, le=10_000)
    pattern: PatternName | None = None
    prefix: str | None = None
    forbidden_words: tuple[str, ...] = ()
    must_contain_any: tuple[str, ...] = ()
    unique_in: Literal["commune", "country"] | None = None  # officers check it against their register


class DateField(BaseField):
    """A day, stored as ISO; `min` is an ISO date or "today"."""

    type: Literal["date"]
    not_future: bool = False
    min: str | None = None
    gte_field: Key | None = None
    working_day: bool = False
    min_working_days_from_submission: int | None = Field(default=None, ge=0, le=365)
    max_days_ahead: int | None = Field(default=None, ge=0, le=3650)


class NationalIdField(BaseField):
    """The personal identification number: 12 digits."""

    type: Literal["national_id"]


class TaxCodeField(BaseField):
    """10 or 13 digits, or the 12-digit personal number of a household or individual."""

    type: Literal["tax_code"]


class PhoneField(BaseField):
    """`mobile`: ten digits of a mobile network; `any`: landlines too."""

    type: Literal["phone"]
    kind: Literal["mobile", "any"] = "mobile"


class EmailField(BaseField):
    """An e-mail address."""

    type: Literal["email"]


class AddressField(BaseField):
    """Province, commune and a free line: the two levels in force since 1 July 2025."""

    type: Literal["address"]
    province_must_be: str | None = Field(default=None, pattern=r"^\d{2}$")
    line_required: bool = True


class ChoiceField(BaseField):
    """One or several of the options, or of the communes of the installation's province (`options_from`)."""

    type: Literal["choice"]
    options: tuple[Option, ...] = ()
    options_from: Literal["communes"] | None = None
    multiple: bool = False
    min_selected: int = Field(default=1, ge=0)

    @model_validator(mode="after")
    def _has_options(self) -> Self:
        if bool(self.options) == bool(self.options_from):
            raise ValueError(f"choice {self.key}: options or options_from, one of them")
        values = [option.value for option in self.options]
        if len(set(values)) != len(values):
            raise ValueError(f"choice {self.key}: two options with one value")
        return self


class Warning(Strict):
    """A value above `over` is allowed, but the citizen and the officer are told."""

    over: float
    text: Text


class NumberField(BaseField):
    """A number; `max` may be the year of filing ("current_year")."""

    type: Literal["number"]
    min: float | None = None
    max: float | Literal["current_year"] | None = None
    integer: bool = False
    decimals: int = Field(default=2, ge=0, le=4)
    gte_field: Key | None = None
    lte_field: Key | None = None
    warning: Warning | None = None


class MoneyField(BaseField):
    """Whole VND. `computed` (columns only): the product of other columns of the row, never typed."""

    type: Literal["money"]
    min: int | None = None
    max: int | None = None
    computed: tuple[Key, ...] = ()


ColumnField = Annotated[
    TextField
    | DateField
    | NationalIdField
    | TaxCodeField
    | PhoneField
    | EmailField
    | AddressField
    | ChoiceField
    | NumberField
    | MoneyField,
    Field(discriminator="type"),
]


class Periods(Strict):
    """Rows are periods of time: `start` and `end` name columns; at most `max_gap_months` between neighbours."""

    start: Key
    end: Key
    max_gap_months: int = Field(default=1, ge=0, le=120)


class TableField(BaseField):
    """A repeating group of columns."""

    type: Literal["table"]
    columns: tuple[ColumnField, ...] = Field(min_length=1)
    min_rows: int = Field(default=0, ge=0, le=100)
    max_rows: int = Field(default=50, ge=1, le=200)
    periods: Periods | None = None

    def column(self, key: str) -> Any:
        """The column of that key; raises KeyError for an unknown one."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)


AnyField = Annotated[
    TextField
    | DateField
    | NationalIdField
    | TaxCodeField
    | PhoneField
    | EmailField
    | AddressField
    | ChoiceField
    | NumberField
    | MoneyField
    | TableField,
    Field(discriminator="type"),
]


class Section(Strict):
    """One page of the form: a tight group of fields."""

    key: Key
    title: Text
    fields: tuple[AnyField, ...] = Field(min_length=1)


class EForm(Strict):
    """The whole form. `generic`: the portal's own simple form, used until the procedure's form is entered."""

    sections: tuple[Section, ...] = Field(min_length=1)
    generic: bool = False

    @model_validator(mode="after")
    def _keys_fit(self) -> Self:
        keys = [field.key for field in self.fields()]
        if len(set(keys)) != len(keys):
            raise ValueError("two fields with one key")
        for field in self.fields():
            named = {getattr(field, "gte_field", None), getattr(field, "lte_field", None)} - {None}
            named |= field.show_if.fields() if field.show_if else set()
            if unknown := named - set(keys):
                raise ValueError(f"{field.key} names unknown fields: {', '.join(sorted(map(str, unknown)))}")
        return self

    def fields(self) -> tuple[Any, ...]:
        """Every field, in order of the form."""
        return tuple(field for section in self.sections for field in section.fields)

    def field(self, key: str) -> Any:
        """The field of that key; raises KeyError for an unknown one."""
        for field in self.fields():
            if field.key == key:
                return field
        raise KeyError(key)

    def section(self, key: str) -> Section:
        """The section of that key; raises KeyError for an unknown one."""
        for section in self.sections:
            if section.key == key:
                return section
        raise KeyError(key)
