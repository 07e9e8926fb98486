"""Addresses of sign-in and of what concerns one's own account."""

from django.urls import path

from staff import views, views_session

app_name = "staff"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("language/", views.choose_language, name="choose_language"),
    path("session/", views_session.session, name="session"),
    path("session/extend/", views_session.extend_session, name="extend_session"),
    path("session/back/", views_session.signed_in_again, name="signed_in_again"),
]
