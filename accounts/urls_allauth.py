"""The views of django-allauth that are used, under the names by which it finds them. Those not listed do not exist."""

from allauth.account import views as account
from django.urls import path, re_path
from django.views.decorators.http import require_POST

from accounts import views_account, views_factors, views_passkeys, views_reauthentication, views_single_sign_on
from accounts.mounting import mounted
from accounts.single_sign_on import PROVIDER

urlpatterns = [
    path("sign-in/", mounted(account.login), name="account_login"),
    path("sign-out/", require_POST(mounted(account.logout)), name="account_logout"),
    path("account/inactive/", mounted(account.account_inactive), name="account_inactive"),
    path("account/password/", mounted(views_account.change_password), name="account_change_password"),
    re_path(
        r"^account/first/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[0-9A-Za-z-]+)/$",
        mounted(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "account/first/done/",
        mounted(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("account/sessions/", mounted(views_account.list_sessions), name="usersessions_list"),
    path("account/factors/", views_factors.index, name="mfa_index"),
    path("sign-in/factor/", views_factors.second_step, name="mfa_authenticate"),
    path("account/factors/app/add/", views_factors.add_app, name="mfa_activate_totp"),
    path("account/factors/app/remove/", views_factors.remove_app, name="mfa_deactivate_totp"),
    path("account/factors/codes/", views_factors.view_codes, name="mfa_view_recovery_codes"),
    path("account/factors/codes/new/", views_factors.make_codes, name="mfa_generate_recovery_codes"),
    path("account/factors/codes/file/", views_factors.export_codes, name="mfa_download_recovery_codes"),
    path("account/factors/passkeys/", views_passkeys.index, name="mfa_list_webauthn"),
    path("account/factors/passkeys/add/", views_passkeys.add, name="mfa_add_webauthn"),
    path("account/factors/passkeys/<int:pk>/remove/", views_passkeys.remove, name="mfa_remove_webauthn"),
    path("account/factors/passkeys/<int:pk>/", views_passkeys.rename, name="mfa_edit_webauthn"),
    path("sign-in/passkey/", views_passkeys.sign_in, name="mfa_login_webauthn"),
    path("account/reauthenticate/", views_reauthentication.by_password, name="account_reauthenticate"),
    path("account/reauthenticate/code/", views_reauthentication.by_code, name="mfa_reauthenticate"),
    path("account/reauthenticate/passkey/", views_reauthentication.by_passkey, name="mfa_reauthenticate_webauthn"),
    path("sign-in/oidc/", views_single_sign_on.start, {"provider_id": PROVIDER}, name="openid_connect_login"),
    path("sign-in/oidc/back/", views_single_sign_on.finish, {"provider_id": PROVIDER}, name="openid_connect_callback"),
]
