"""The address space: each app below its own name, sign-in and home at the top."""

from django.urls import include, path

from moka_secpolicy import views

handler400 = "moka_secpolicy.views.bad_request"
handler403 = "moka_secpolicy.views.permission_denied"
handler404 = "moka_secpolicy.views.page_not_found"
handler429 = "moka_secpolicy.views.too_many_requests"
handler500 = "moka_secpolicy.views.server_error"

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.health, name="health"),
    path("", include("accounts.urls_allauth")),
    path("", include("accounts.urls")),
    path("", include("staff.urls")),
    path("policies/", include("policies.urls")),
    path("training/", include("training.urls")),
    path("notices/", include("notices.urls")),
    path("assets/", include("assets.urls")),
    path("reports/", include("reports.urls")),
    path("style/", include("moka_secpolicy.style.urls")),
]
