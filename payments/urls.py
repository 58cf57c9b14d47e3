"""Pages of payments."""

from django.urls import path

from payments.views import citizen, officer

app_name = "payments"
urlpatterns = [
    path("ho-so/<str:code>/phi/", citizen.pay_fee, name="pay_fee"),
    path("can-bo/quay/thu-tien/<str:code>/", officer.take_cash, name="take_cash"),
    path("can-bo/quay/khach/<uuid:visit>/thu-tien/", officer.visit_cash, name="visit_cash"),
    path("can-bo/quay/khach/<uuid:visit>/bien-lai/", officer.visit_receipts, name="visit_receipts"),
    path("can-bo/quay/bien-lai/", officer.receipts, name="receipts"),
    path("can-bo/quay/bien-lai/<uuid:receipt>/", officer.receipt, name="receipt"),
    path("bien-lai/<uuid:receipt>/", officer.receipt_pdf, name="receipt_pdf"),
]
