"""Addresses of accounts, mounted at /tai-khoan/."""

from django.urls import path

from accounts.views import citizen

app_name = "accounts"
urlpatterns = [
    path("dang-nhap/", citizen.sign_in, name="sign_in"),
    path("dang-xuat/", citizen.sign_out, name="sign_out"),
    path("ngon-ngu/", citizen.set_language, name="set_language"),
    path("dang-ky/", citizen.register, name="register"),
    path("dang-ky/ma/", citizen.register_code, name="register_code"),
    path("dang-ky/thong-tin/", citizen.register_details, name="register_details"),
    path("quen-mat-khau/", citizen.reset, name="reset"),
    path("quen-mat-khau/ma/", citizen.reset_code, name="reset_code"),
    path("quen-mat-khau/mat-khau-moi/", citizen.reset_password, name="reset_password"),
    path("", citizen.profile, name="profile"),
    path("sua/", citizen.edit_profile, name="edit_profile"),
    path("so-dien-thoai/", citizen.change_phone, name="change_phone"),
    path("so-dien-thoai/ma/", citizen.change_phone_code, name="change_phone_code"),
    path("mat-khau/", citizen.change_password, name="change_password"),
    path("to-chuc/", citizen.organisations, name="organisations"),
    path("to-chuc/them/", citizen.add_organisation, name="add_organisation"),
    path("to-chuc/<int:pk>/thoi/", citizen.end_organisation, name="end_organisation"),
]
