"""Addresses of the session. Those of django-allauth, whose names it gives itself, stand in `urls_allauth.py`."""

from django.urls import path

from accounts import views_session

app_name = "accounts"
urlpatterns = [
    path("session/", views_session.session, name="session"),
    path("session/extend/", views_session.extend_session, name="extend_session"),
    path("session/back/", views_session.signed_in_again, name="signed_in_again"),
]
