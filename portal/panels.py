"""Which room fills which slot on the pages of lower rooms."""

from common.panels import Panel

PANELS: dict[str, tuple[Panel, ...]] = {
    "catalogue.running": (Panel("dossiers.panels.running_panel", "dossiers/running_panel.html"),),
    "dossier.fee": (
        Panel("payments.panels.fee_panel", "payments/fee_panel.html"),
        Panel("payments.panels.cash_panel", "payments/cash_panel.html"),
    ),
    "procedure.on_shift": (Panel("agencies.panels.of_procedure", "agencies/on_shift.html"),),
    "agency.on_shift": (Panel("agencies.panels.of_agency", "agencies/on_shift.html"),),
    "visit.fees": (Panel("payments.panels.visit_panel", "payments/visit_panel.html"),),
    "dossier.timeline": (Panel("postal.panels.timeline_panel", "postal/timeline.html"),),
    "dossier.parcel": (Panel("postal.panels.parcel_panel", "postal/parcel_panel.html"),),
}
