"""Pages of the post."""

from django.urls import path

from postal.views import officer

app_name = "postal"
urlpatterns = [
    path("can-bo/buu-gui/<uuid:public_id>/giao/", officer.hand_over_parcel, name="hand_over_parcel"),
    path("can-bo/buu-gui/<uuid:public_id>/quay/", officer.cancel_parcel, name="cancel_parcel"),
]
