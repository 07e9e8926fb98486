"""Sign-in: passwords, second factors, passkeys, single sign-on, sessions. Built on django-allauth."""
