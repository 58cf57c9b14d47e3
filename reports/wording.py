"""Names of measures, units and qualifiers of published figures."""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

MEASURES = {
    "dossiers_received_total": _("Dossiers received"),
    "dossiers_received_online_rate": _("Dossiers received online / all dossiers received"),
    "full_process_rate_over_total_received": _("Full-process dossiers / all dossiers received"),
    "full_process_rate_over_online_received": _("Full-process dossiers / dossiers received online"),
    "online_received_growth_yoy": _("Growth of dossiers received online over the same period of the year before"),
    "full_process_procedures_of_dept_industry_trade": _(
        "Full-process procedures of the department of industry and trade"
    ),
    "departments_that_sent_classification_list": _(
        "Departments that sent their list of classified procedures / all departments"
    ),
    "promotion_notification_handling_time_days": _("Handling time of one notified promotion"),
    "ops_full_process_on_multiple_devices": _("Full-process services that work on several kinds of device"),
    "eligible_procedures_provided_online": _("Eligible procedures provided online"),
    "satisfaction_with_public_services": _("Satisfaction with public services"),
    "online_payments_via_national_portal_over_all_payment_transactions": _(
        "Payments through the National Portal / all payments"
    ),
    "procedures_with_financial_obligation_paid_online_on_national_portal": _(
        "Procedures with fees that are paid on the National Portal / procedures with fees"
    ),
    "procedure_results_digitised": _("Results that were digitised / all results"),
    "procedures_on_portal_total": _("Procedures on the portal"),
    "procedures_level_4_share": _("Procedures at the old level 4 / procedures on the portal"),
    "procedures_level_3_share": _("Procedures at the old level 3 / procedures on the portal"),
    "procedures_level_2_share": _("Procedures at the old level 2 / procedures on the portal"),
    "procedures_levels_2_3_4_sum": _("Procedures at the old levels 2, 3 and 4 / procedures on the portal"),
    "online_application_rate": _("Dossiers filed online / all dossiers received"),
    "dossiers_received_at_ppasc": _("Dossiers received at the public administration service centre"),
    "results_returned_by_public_post_rate": _("Results returned by public post / all dossiers received"),
}
UNITS: dict[str, str | Promise] = {
    "dossier": pgettext_lazy("unit", "dossiers"),
    "procedure": pgettext_lazy("unit", "procedures"),
    "agency": pgettext_lazy("unit", "agencies"),
    "day": pgettext_lazy("unit", "days"),
    "percent": "%",
}
QUALIFIERS = {
    "more_than": pgettext_lazy("before a number", "more than"),
    "nearly": pgettext_lazy("before a number", "nearly"),
    "about": pgettext_lazy("before a number", "about"),
    "at_least": pgettext_lazy("before a number", "at least"),
}

DAY = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
MONTH = re.compile(r"^(\d{4})-(\d\d)\b")
HALF = re.compile(r"^(\d{4})-H([12])$")


def period_words(period: str) -> str:
    """A period of the records as people write it: "2021-H1" → first half of 2021, "2023-06" → 06/2023."""
    if half := HALF.match(period):
        words = gettext("first half of %(year)s") if half[2] == "1" else gettext("second half of %(year)s")
        return words % {"year": half[1]}
    text = DAY.sub(lambda day: f"{day[3]}/{day[2]}/{day[1]}", period)
    text = MONTH.sub(lambda month: f"{month[2]}/{month[1]}", text).replace("..", " – ")
    return text.replace("(snapshot)", pgettext("figures of one moment", "(at that time)")).replace(
        "Plan ", gettext("Plan") + " "
    )
