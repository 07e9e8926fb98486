"""Addresses of the registers."""

from django.urls import path

from assets import views

app_name = "assets"
urlpatterns = [
    path("<slug:name>/", views.register, name="register"),
    path("<slug:name>/file/", views.export, name="export"),
]
