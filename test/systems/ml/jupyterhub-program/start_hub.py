"""Starts JupyterHub on its configuration as far as serving, and says what it then is, as JSON.

Asked with the folder that stands for /usr/local/etc/jupyterhub; nothing of a cluster is called.
"""

import asyncio
import json
import os
import sys

from jupyterhub import orm
from jupyterhub.app import JupyterHub
from kubernetes_asyncio.client import ApiClient


async def _person(authenticator, groups):
    """Who somebody of these groups is after the sign-on; `allowed` is the program's own verdict."""
    model = {
        "name": "ada",
        "admin": None,
        "auth_state": {authenticator.user_auth_state_key: {"groups": groups}},
    }
    model = await authenticator._apply_managed_groups(model)
    model = await authenticator.update_auth_model(model)
    allowed = await authenticator.check_allowed("ada", model)
    return {"allowed": bool(allowed), "admin": bool(model["admin"])}


async def _notebook(app):
    """The pod and the claim of a person with a name that is no label."""
    app.db.add(orm.User(name="Ada.Lovelace@example"))
    app.db.commit()
    user = app.users[app.db.query(orm.User).one()]
    spawner = user.spawner
    user_options = {}
    spawner.user_options = user_options
    pod = await spawner.get_pod_manifest()
    claim = spawner.get_pvc_manifest()
    plain = ApiClient().sanitize_for_serialization
    return {"namespace": spawner.namespace, "pod": plain(pod), "claim": plain(claim)}


async def main(folder):
    app = JupyterHub()
    config = os.path.join(folder, "jupyterhub_config.py")
    await app.initialize(["--config", config, "--upgrade-db"])
    authenticator = app.authenticator
    groups = {
        "nobody": [],
        "stranger": ["monitoring-reader"],
        "developer": ["app-developer"],
        "administrator": ["platform-admin"],
    }
    report = {
        "authenticator": type(authenticator).__name__,
        "clientSecret": authenticator.client_secret,
        "callback": authenticator.oauth_callback_url,
        "people": {name: await _person(authenticator, of) for name, of in groups.items()},
        "cookieSecret": app.cookie_secret.hex(),
        "proxyToken": app.proxy.auth_token,
        "proxy": app.proxy.api_url,
        "hub": app.hub.api_url,
        "limit": app.active_server_limit,
        "metricsAreOpen": not app.authenticate_prometheus,
        "database": app.db.get_bind().dialect.name,
        "notebook": await _notebook(app),
    }
    print("REPORT " + json.dumps(report))


asyncio.run(main(sys.argv[1]))
