"""The admin of accounts. Lists that allauth brings are left out: its rows are changed on pages of their own."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin

from accounts.admin.account_log import AccountEventAdmin
from accounts.admin.login_locks import LoginLockAdmin
from accounts.admin.substitutions import SubstitutionAdmin
from accounts.admin.users import PortalUserAdmin, RoleAdmin

admin.site.unregister([Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken, UserSession])

__all__ = ["AccountEventAdmin", "LoginLockAdmin", "PortalUserAdmin", "RoleAdmin", "SubstitutionAdmin"]
