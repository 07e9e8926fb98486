"""What the events of accounts are called in the audit trail."""

from django.utils.translation import gettext_lazy as _

from audit.wording import FILES, Topic, name_actions, name_objects

name_actions(
    Topic("accounts", _("Sign-in and accounts")),
    {
        "accounts.sign_in": _("Signed in"),
        "accounts.sign_in_failed": _("Failed to sign in"),
        "accounts.sign_out": _("Signed out"),
        "accounts.sign_in_refused": _("Refused a sign-in from outside"),
        "accounts.link_identity": _("Linked an outside account"),
        "accounts.unlink_identities": _("Forgot an outside account"),
        "accounts.require_password_change": _("Asked for a new password"),
        "accounts.end_session": _("Ended a session"),
        "accounts.end_sessions": _("Ended sessions"),
        "accounts.send_link": _("Sent a one-time link"),
        "accounts.remove_factors": _("Removed the second factors of a person"),
        "accounts.disable_account": _("Disabled an account"),
        "accounts.enable_account": _("Enabled an account"),
        "accounts.add_factor": _("Added a second factor"),
        "accounts.remove_factor": _("Removed an own second factor"),
        "accounts.rename_factor": _("Renamed a passkey"),
        "accounts.factor_failed": _("Failed at the second factor"),
        "accounts.use_recovery_code": _("Used a recovery code"),
    },
)
name_actions(FILES, {"accounts.export_recovery_codes": _("Saved recovery codes as a file")})
name_objects(
    {
        "accounts.Attempt": _("try to sign in"),
        "usersessions.UserSession": _("session"),
        "socialaccount.SocialAccount": _("outside account"),
    }
)
