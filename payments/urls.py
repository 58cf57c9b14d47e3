"""Pages of payments."""

from django.urls import path

from payments.views import citizen

app_name = "payments"
urlpatterns = [path("ho-so/<str:code>/phi/", citizen.pay_fee, name="pay_fee")]
