"""How people sign on to Airflow: at the login of the platform, by OpenID Connect."""

import os

from airflow.providers.fab.auth_manager.security_manager.override import (
    FabAirflowSecurityManagerOverride,
)
from flask_appbuilder.const import AUTH_OAUTH

PROVIDER = "platform"


class PlatformSecurityManager(FabAirflowSecurityManagerOverride):
    """Reads who somebody is from the user info of the login, which knows more than its token."""

    def get_oauth_user_info(self, provider, resp):
        answer = self.oauth_remotes[provider].get(os.environ["SIGN_ON_USER_INFO"])
        answer.raise_for_status()
        person = answer.json()
        name = person["preferred_username"]
        return {
            "username": name,
            "first_name": person.get("given_name") or person.get("name") or name,
            "last_name": person.get("family_name") or "",
            "email": person.get("email") or f"{name}@localhost",
            "role_keys": person.get(os.environ["SIGN_ON_GROUPS_CLAIM"]) or [],
        }


SECURITY_MANAGER_CLASS = PlatformSecurityManager
WTF_CSRF_ENABLED = True
AUTH_TYPE = AUTH_OAUTH
# People come to be at their first sign-on, and are what their groups say at each.
AUTH_USER_REGISTRATION = True
# Whoever is in none of the groups may do nothing.
AUTH_USER_REGISTRATION_ROLE = "Public"
AUTH_ROLES_SYNC_AT_LOGIN = True
AUTH_ROLES_MAPPING = {
    "platform-admin": ["Admin"],
    "app-developer": ["User"],
    "monitoring-reader": ["Viewer"],
}
OAUTH_PROVIDERS = [
    {
        "name": PROVIDER,
        "icon": "fa-key",
        "token_key": "access_token",
        "remote_app": {
            "client_id": os.environ["SIGN_ON_CLIENT"],
            "client_secret": os.environ["SIGN_ON_SECRET"],
            "server_metadata_url": os.environ["SIGN_ON_DISCOVERY"],
            "client_kwargs": {
                "scope": "openid profile email groups",
                "code_challenge_method": "S256",
                "token_endpoint_auth_method": "client_secret_basic",
            },
        },
    }
]
