"""Restores a database from its archive into the scratch namespace, and looks whether it is whole."""

import base64
import os
import tempfile

import check_database
from outcome import Failed
from scratch import CLUSTER, CLUSTERS

PODS = {"cnpg.io/cluster": CLUSTER}
# The operator tries again; an archive that is damaged stays so.
ATTEMPTS = 3


def _condition(cluster, kind):
    conditions = cluster.get("status", {}).get("conditions", [])
    return any(one["type"] == kind and one["status"] == "True" for one in conditions)


def _secret(scratch, name, key):
    secret = scratch.api.get(scratch.path("v1", "secrets", name))
    value = (secret or {}).get("data", {}).get(key)
    if value is None:
        raise Failed(f"the operator has written no Secret {name} with the key {key}")
    return base64.b64decode(value).decode()


def _recovered(scratch):
    """Whether the copy answers; what failed for good is told at once."""
    cluster = scratch.api.get(scratch.path(CLUSTERS, "clusters", CLUSTER))
    if cluster is None:
        raise Failed("the copy was deleted by somebody else")
    failed = [pod for pod in scratch.pods(PODS) if pod.get("status", {}).get("phase") == "Failed"]
    if len(failed) >= ATTEMPTS:
        raise Failed(f"the archive cannot be restored: {scratch.trouble(PODS)}")
    return cluster if _condition(cluster, "Ready") else None


def restore(plan, scratch, report):
    """The steps; what is wrong is raised."""
    with report.step("restore the archive"):
        scratch.api.create(scratch.path(CLUSTERS, "clusters"), plan["cluster"])
        scratch.wait(
            "the copy does not answer",
            plan["patience"]["restore"],
            lambda: _recovered(scratch),
            lambda: scratch.trouble(PODS),
        )
    with report.step("check it") as step, tempfile.TemporaryDirectory() as folder:
        authority = os.path.join(folder, "ca.crt")
        with open(authority, "w", encoding="utf-8") as file:
            file.write(_secret(scratch, f"{CLUSTER}-ca", "ca.crt"))
        server = check_database.Database(
            {
                "PGHOST": plan["server"]["host"],
                "PGPORT": str(plan["server"]["port"]),
                "PGUSER": "postgres",
                "PGPASSWORD": _secret(scratch, f"{CLUSTER}-superuser", "password"),
                "PGSSLMODE": "verify-full",
                "PGSSLROOTCERT": authority,
            },
            scratch.tick,
        )
        step["found"] = check_database.check(server, plan["tables"])
