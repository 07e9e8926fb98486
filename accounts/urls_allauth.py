"""The views of django-allauth that are used, under the names by which it finds them. Those not listed do not exist."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.usersessions import views as sessions
from django.urls import path
from django.views.decorators.http import require_POST

from accounts.mounting import mounted

urlpatterns = [
    path("sign-in/", mounted(account.login), name="account_login"),
    path("sign-out/", require_POST(mounted(account.logout)), name="account_logout"),
    path("account/inactive/", mounted(account.account_inactive), name="account_inactive"),
    path("account/reauthenticate/", mounted(account.reauthenticate), name="account_reauthenticate"),
    path("account/password/", mounted(account.password_change), name="account_change_password"),
    path(
        "account/first/<str:uidb36>-<path:key>/",
        mounted(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "account/first/done/",
        mounted(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("account/sessions/", mounted(sessions.list_usersessions), name="usersessions_list"),
    path("account/factors/", mounted(mfa.index), name="mfa_index"),
    path("sign-in/factor/", mounted(mfa.authenticate), name="mfa_authenticate"),
    path("account/reauthenticate/factor/", mounted(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("account/factors/totp/add/", mounted(totp.activate_totp), name="mfa_activate_totp"),
    path("account/factors/totp/remove/", mounted(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("account/factors/codes/", mounted(recovery_codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "account/factors/codes/new/",
        mounted(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "account/factors/codes/download/",
        mounted(recovery_codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("account/factors/passkeys/", mounted(passkeys.list_webauthn), name="mfa_list_webauthn"),
    path("account/factors/passkeys/add/", mounted(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path("account/factors/passkeys/<int:pk>/remove/", mounted(passkeys.remove_webauthn), name="mfa_remove_webauthn"),
    path("account/factors/passkeys/<int:pk>/", mounted(passkeys.edit_webauthn), name="mfa_edit_webauthn"),
    path("sign-in/passkey/", mounted(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path(
        "account/reauthenticate/passkey/",
        mounted(passkeys.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
]
