"""Addresses the carriers call; mounted at /notifications/, outside the languages."""

from django.urls import path

from notifications.views import callbacks

app_name = "notifications_callbacks"
urlpatterns = [path("receipts/", callbacks.receipt, name="receipt")]
