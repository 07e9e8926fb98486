"""Addresses of the session. Those of django-allauth, whose names it gives itself, stand in `urls_allauth.py`."""

from django.urls import path

from accounts import views_account, views_manage, views_session

app_name = "accounts"
urlpatterns = [
    path("account/", views_account.account, name="account"),
    path("account/sessions/end/", views_account.end_session, name="end_session"),
    path("session/", views_session.session, name="session"),
    path("session/extend/", views_session.extend_session, name="extend_session"),
    path("session/back/", views_session.signed_in_again, name="signed_in_again"),
    path("administration/accounts/", views_manage.all_accounts, name="desk"),
    path("administration/accounts/links/", views_manage.send_links, name="send_links"),
    path("administration/accounts/notices/", views_manage.print_notices, name="print_notices"),
    path("administration/accounts/<int:pk>/", views_manage.person, name="person"),
    path("administration/accounts/<int:pk>/<slug:name>/", views_manage.act, name="act"),
]
