"""Addresses of the catalogue, under /thu-tuc/."""

from django.urls import path

from procedures.views.citizen import browse, catalogue, detail, printed

app_name = "procedures"
urlpatterns = [
    path("", catalogue.procedure_list, name="procedure_list"),
    path("goi-y/", catalogue.suggestions, name="suggestions"),
    path("danh-muc/", browse.overview, name="overview"),
    path("su-kien/<slug:key>/", browse.life_event, name="life_event"),
    path("linh-vuc/<slug:key>/", browse.field, name="field"),
    path("co-quan/<slug:key>/", browse.agency, name="agency"),
    path("<str:code>/", detail.procedure_detail, name="procedure_detail"),
    path("<str:code>/huong-dan.pdf", printed.guide, name="guide"),
    path("<str:code>/to-roi.pdf", printed.leaflet, name="leaflet"),
    path("<str:code>/mau/<uuid:file>/", printed.form_file, name="form_file"),
]
