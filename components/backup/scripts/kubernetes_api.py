"""The Kubernetes API as the pod's own account may use it: no library, and no right but its Roles'."""

import email.utils
import json
import os
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request

from outcome import Failed

ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
TIMEOUT_SECONDS = 30
# An API server that is replaced is away for that long.
PATIENCE_SECONDS = 120
MERGE = "application/merge-patch+json"


class Answer(Exception):
    """An answer that is no success."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


def path_of(group_version, namespace, plural, name=None):
    """The path of a kind's objects, or of one of them."""
    root = "/api/v1" if group_version == "v1" else f"/apis/{group_version}"
    return f"{root}/namespaces/{namespace}/{plural}" + ("" if name is None else f"/{name}")


class Api:
    """Calls by HTTPS with the token of the account, which the kubelet renews in its file."""

    def __init__(self, account=None):
        self.account = account or os.environ.get("ACCOUNT_FOLDER", ACCOUNT)
        host = os.environ["KUBERNETES_SERVICE_HOST"]
        port = os.environ["KUBERNETES_SERVICE_PORT"]
        self.server = f"https://{f'[{host}]' if ':' in host else host}:{port}"
        self.tls = ssl.create_default_context(cafile=f"{self.account}/ca.crt")
        # Seconds by which the clock of the API server is ahead of the node's.
        self.ahead = 0.0

    def now(self):
        """The time of the API server, by which everything is judged."""
        return time.time() + self.ahead

    def _note_time(self, headers):
        said = email.utils.parsedate_to_datetime(headers["Date"]) if headers["Date"] else None
        if said is not None:
            self.ahead = said.timestamp() - time.time()

    def _once(self, method, path, body, content_type):
        with open(f"{self.account}/token", encoding="utf-8") as file:
            token = file.read().strip()
        request = urllib.request.Request(
            self.server + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {token}",
                "Accept": "application/json",
                "Content-Type": content_type,
            },
        )
        try:
            with urllib.request.urlopen(
                request, timeout=TIMEOUT_SECONDS, context=self.tls
            ) as response:
                self._note_time(response.headers)
                return json.loads(response.read() or b"{}")
        except urllib.error.HTTPError as error:
            self._note_time(error.headers)
            text = error.read().decode(errors="replace")
            try:
                text = json.loads(text).get("message", text)
            except ValueError:
                pass
            raise Answer(error.code, text) from None

    def call(self, method, path, body=None, content_type="application/json"):
        """One call; tried again while nobody answers, and where the server asks for that."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return self._once(method, path, body, content_type)
            except Answer as answer:
                if answer.status not in (429, 500, 503, 504) or time.monotonic() > until:
                    raise
            except (urllib.error.URLError, ConnectionError, TimeoutError) as error:
                if time.monotonic() > until:
                    reason = getattr(error, "reason", error)
                    raise Failed(f"the Kubernetes API does not answer: {reason}") from None
            time.sleep(2)

    def get(self, path):
        """An object, or None where there is none."""
        try:
            return self.call("GET", path)
        except Answer as answer:
            if answer.status == 404:
                return None
            raise

    def list(self, path, labels=None):
        """The objects of a kind, by labels if some are given."""
        query = "" if labels is None else "?" + urllib.parse.urlencode(
            {"labelSelector": ",".join(f"{key}={value}" for key, value in labels.items())}
        )
        return self.call("GET", path + query).get("items", [])

    def create(self, path, manifest):
        """Makes an object; what refuses it is the reason of a failure."""
        try:
            return self.call("POST", path, manifest)
        except Answer as answer:
            name = f"{manifest['kind']} {manifest['metadata']['name']}"
            raise Failed(f"{name} is refused: {answer}") from None

    def delete(self, path):
        """Deletes an object with what it owns; one that is gone is no mistake."""
        try:
            self.call("DELETE", path, {"propagationPolicy": "Background"})
        except Answer as answer:
            if answer.status != 404:
                raise

    def merge(self, path, change):
        """Changes fields of an object."""
        return self.call("PATCH", path, change, MERGE)
