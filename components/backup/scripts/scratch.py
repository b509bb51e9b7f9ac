"""The scratch namespace: what a test makes there, and how all of it goes again."""

import time

from kubernetes_api import path_of
from outcome import Failed

CLUSTER = "restored"
JOB = "check-volume"
RESTORE = "restore-test"
VELERO = "velero"

CLUSTERS = "postgresql.cnpg.io/v1"
RESTORES = "velero.io/v1"


class Scratch:
    """Paths of what is restored, and what waits for it."""

    def __init__(self, api, namespace, tick, pause):
        self.api = api
        self.namespace = namespace
        self.tick = tick
        self.pause = pause

    def path(self, group_version, plural, name=None):
        """A path in the scratch namespace."""
        return path_of(group_version, self.namespace, plural, name)

    @property
    def restore(self):
        """The Restore of Velero, which lies where Velero is."""
        return path_of(RESTORES, VELERO, "restores", RESTORE)

    def wait(self, what, seconds, done, why=None):
        """Waits until `done` answers something, which it returns."""
        until = time.monotonic() + seconds
        while True:
            answer = done()
            if answer:
                return answer
            if time.monotonic() > until:
                detail = why() if why else ""
                raise Failed(
                    f"{what} after {round(seconds / 60)} min" + (f": {detail}" if detail else "")
                )
            self.tick()
            time.sleep(self.pause)

    def claims(self):
        """Claims on volumes in the scratch namespace."""
        return self.api.list(self.path("v1", "persistentvolumeclaims"))

    def pods(self, labels):
        """Pods in the scratch namespace."""
        return self.api.list(self.path("v1", "pods"), labels)

    def trouble(self, labels):
        """Why pods do not come further, in the words of Kubernetes."""
        for pod in self.pods(labels):
            status = pod.get("status", {})
            for condition in status.get("conditions", []):
                if condition.get("status") == "False" and condition.get("message"):
                    return f"{pod['metadata']['name']}: {condition['message']}"
            kinds = ("initContainerStatuses", "containerStatuses")
            for container in [one for kind in kinds for one in status.get(kind, [])]:
                for state in container.get("state", {}).values():
                    if state.get("reason") not in (None, "Completed"):
                        message = state.get("message") or f"exit code {state.get('exitCode')}"
                        return f"{container['name']}: {state['reason']}: {message}"[:600]
        return ""

    def _left(self):
        restore = self.api.get(self.restore)
        cluster = self.api.get(self.path(CLUSTERS, "clusters", CLUSTER))
        job = self.api.get(self.path("batch/v1", "jobs", JOB))
        named = [one["metadata"]["name"] for one in (restore, cluster, job) if one]
        return named + [claim["metadata"]["name"] for claim in self.claims()]

    def clean(self, seconds):
        """Removes everything that a test makes, also that of one that was killed."""
        self.api.delete(self.restore)
        self.api.delete(self.path("batch/v1", "jobs", JOB))
        self.api.delete(self.path(CLUSTERS, "clusters", CLUSTER))
        for claim in self.claims():
            self.api.delete(
                self.path("v1", "persistentvolumeclaims", claim["metadata"]["name"])
            )
        left = []

        def gone():
            left[:] = self._left()
            return not left

        self.wait(
            "the scratch namespace is not empty", seconds, gone, lambda: ", ".join(left)
        )
