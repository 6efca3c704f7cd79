"""The addresses of logging in. All stand under /admin/, whose cookies visitors never get."""

from allauth.account.views import reauthenticate
from django.urls import include, path

from accounts import views

urlpatterns = [
    path("login/", views.LoginView.as_view(), name="account_login"),
    path("login/cancel/", views.cancel_login, name="cancel_login"),
    path("invitation/<uidb64>/<token>/", views.InvitationView.as_view(), name="account_invitation"),
    path("login/awake/", views.stay_awake, name="account_awake"),
    path("login/again/", reauthenticate, name="account_reauthenticate"),
    path("password_change/", views.PasswordView.as_view(), name="account_change_password"),
    path("second-step/webauthn/keys/<int:pk>/remove/", views.RemoveKeyView.as_view(), name="mfa_remove_webauthn"),
    path("second-step/", include("allauth.mfa.urls")),
    path("oidc/<slug:provider_id>/login/", views.start_single_sign_on, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", views.finish_single_sign_on, name="openid_connect_callback"),
    path("sessions/", views.list_sessions, name="usersessions_list"),
]
