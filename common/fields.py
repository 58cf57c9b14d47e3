"""What templates/common/field.html needs to draw one plain Django form field in our look."""

from copy import deepcopy
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

GROUPS: dict[type[forms.Widget], str] = {
    forms.CheckboxSelectMultiple: "checkboxes",  # before RadioSelect, which it descends from
    forms.RadioSelect: "radios",
    forms.SplitDateTimeWidget: "group",
    forms.SelectDateWidget: "group",
}
KINDS: dict[type[forms.Widget], str] = {
    forms.CheckboxInput: "checkbox",
    forms.Textarea: "textarea",
    forms.Select: "select",
    forms.FileInput: "file-upload",
}
CLASSES = {"textarea": "govuk-textarea", "select": "govuk-select", "file-upload": "govuk-file-upload"}


def kind_of(widget: forms.Widget) -> str:
    """hidden, radios, checkboxes, group, checkbox, textarea, select, file-upload or input."""
    if widget.is_hidden:
        return "hidden"
    for cls, kind in (GROUPS | KINDS).items():
        if isinstance(widget, cls):
            return kind
    return "input"


def field_context(field: BoundField, options: dict[str, Any]) -> dict[str, Any]:
    """Context of common/field.html; `options` as the {% field %} tag takes them."""
    kind = kind_of(field.field.widget)
    hint = options.pop("hint", None) or field.help_text
    ids = [f"{field.auto_id}-hint"] if hint else []
    ids += [f"{field.auto_id}-error"] if field.errors else []
    described = " ".join(ids)
    context = {
        "bound": field,
        "kind": kind,
        "is_group": kind in {"radios", "checkboxes", "group"},
        "label": options.pop("label", None) or field.label,
        "hint": hint,
        "described": described,
        "is_optional": not (field.field.required or getattr(field.field, "is_needed", False)) and kind != "checkbox",
        "choices": list(field.subwidgets) if kind in {"radios", "checkboxes"} else [],
    }
    if kind not in {"radios", "checkboxes", "checkbox"}:
        context["control"] = control(field, kind, described, options.get("width"))
    return context | options


def control(field: BoundField, kind: str, described: str, width: Any) -> SafeString:
    """The input, select or text area itself with our classes and the ids of its hint and error."""
    name = CLASSES.get(kind, "govuk-input")
    own = field.field.widget.attrs.get("class", "")
    classes = [own, name] if own else [name]
    if kind == "input" and width is None and isinstance(field.field, (forms.DateField, forms.IntegerField)):
        width = 10
    if width and kind == "input":
        classes.append(f"govuk-input--width-{width}")
    if field.errors:
        classes.append(f"{name}--error")
    attrs: dict[str, Any] = {"class": " ".join(classes)}
    if kind != "hidden":
        # Django would point at ids of its own templates when nothing is named here.
        attrs["aria-describedby"] = described or False
    if kind == "input" and isinstance(field.field, (forms.DateField, forms.IntegerField)):
        is_whole = type(field.field) is forms.IntegerField or isinstance(field.field, forms.DateField)
        attrs["inputmode"] = "numeric" if is_whole else "decimal"
    return field.as_widget(widget=text_widget(field), attrs=attrs)


def text_widget(field: BoundField) -> forms.Widget | None:
    """Numbers are typed into a text box: a browser's number box throws away "96,5" and what cannot be read."""
    if not isinstance(field.field.widget, forms.NumberInput):
        return None
    widget = deepcopy(field.field.widget)
    widget.input_type = "text"
    for name in ("step", "min", "max"):
        widget.attrs.pop(name, None)
    return widget
