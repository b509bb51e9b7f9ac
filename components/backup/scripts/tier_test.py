"""Restores volumes of a tier's namespaces into the scratch namespace, and looks whether they are whole."""

import json

from kubernetes_api import path_of
from lease import read
from outcome import Failed
from scratch import JOB, RESTORE, RESTORES, VELERO

# pkg/apis/velero/v1/restore_types.go of Velero v1.18.1; any other phase goes on.
FAILED = ("FailedValidation", "PartiallyFailed", "Failed")
PODS = {"batch.kubernetes.io/job-name": JOB}


def newest_backup(scratch, plan):
    """The last complete backup of the tier."""
    backups = scratch.api.list(
        path_of(RESTORES, VELERO, "backups"), {"velero.io/schedule-name": plan["schedule"]}
    )
    complete = [one for one in backups if one.get("status", {}).get("phase") == "Completed"]
    if not complete:
        raise Failed(f"there is no complete backup of {plan['schedule']}")
    newest = max(complete, key=lambda one: one["metadata"]["creationTimestamp"])
    age = scratch.api.now() - read(newest["metadata"]["creationTimestamp"])
    if age < -60:
        raise Failed(f"backup {newest['metadata']['name']} is from the future: a clock is wrong")
    return newest["metadata"]["name"], round(age / 3600, 1)


def _restore(plan, namespace, claims, backup):
    return {
        "apiVersion": RESTORES,
        "kind": "Restore",
        "metadata": {"name": RESTORE, "namespace": VELERO},
        "spec": {
            "backupName": backup,
            "includedNamespaces": [namespace],
            "namespaceMapping": {namespace: plan["scratch"]},
            # Nothing that runs, listens or archives, and no object that somebody else looks after.
            "includedResources": ["persistentvolumeclaims"],
            "includeClusterResources": False,
            "labelSelector": {"matchLabels": claims},
            "restorePVs": True,
            "existingResourcePolicy": "none",
            "resourceModifier": {"kind": "ConfigMap", "name": plan["modifier"]},
            "itemOperationTimeout": f"{plan['patience']['restore']}s",
        },
    }


def _is_over(scratch):
    restore = scratch.api.get(scratch.restore)
    if restore is None:
        raise Failed("the Restore was deleted by somebody else")
    status = restore.get("status", {})
    phase = status.get("phase")
    if phase in FAILED:
        reasons = [*status.get("validationErrors", []), status.get("failureReason", "")]
        said = "; ".join(reason for reason in reasons if reason)
        raise Failed(
            f"Velero says {phase}" + (f": {said}" if said else f": {status.get('errors', 0)} errors")
        )
    return phase == "Completed"


def _verdict(scratch):
    """What the pod that read the volume says, once it is over."""
    for pod in scratch.pods(PODS):
        for container in pod.get("status", {}).get("containerStatuses", []):
            over = container.get("state", {}).get("terminated")
            if over:
                try:
                    return json.loads(over.get("message", ""))
                except ValueError:
                    raise Failed(f"the check ended with {over.get('exitCode')} and no verdict") from None
    return None


def _check(plan, scratch, claim, files):
    template = scratch.api.get(scratch.path("batch/v1", "cronjobs", JOB))
    if template is None:
        raise Failed(f"the template of the check, CronJob {JOB}, is not there")
    job = template["spec"]["jobTemplate"]["spec"]
    pod = job["template"]["spec"]
    for volume in pod["volumes"]:
        if volume["name"] == "restored":
            volume.clear()
            volume.update(name="restored", persistentVolumeClaim={"claimName": claim})
    pod["containers"][0]["env"] = [
        *(one for one in pod["containers"][0]["env"] if one["name"] != "CHECKS"),
        {"name": "CHECKS", "value": json.dumps(files)},
    ]
    manifest = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": JOB, "namespace": plan["scratch"]},
        "spec": job,
    }
    scratch.api.create(scratch.path("batch/v1", "jobs"), manifest)
    verdict = scratch.wait(
        f"volume {claim} is not read",
        plan["patience"]["check"],
        lambda: _verdict(scratch),
        lambda: scratch.trouble(PODS),
    )
    scratch.api.delete(scratch.path("batch/v1", "jobs", JOB))
    scratch.wait(
        "the last check is still there",
        plan["patience"]["clean"],
        lambda: scratch.api.get(scratch.path("batch/v1", "jobs", JOB)) is None
        and not scratch.pods(PODS),
    )
    if not verdict["whole"]:
        raise Failed(f"volume {claim}: {verdict['reason']}")
    return f"{claim}: {verdict['files']} files, {verdict['bytes']} bytes"


def restore(plan, scratch, report):
    """The steps, one lot of volumes after the other; what is wrong is raised."""
    backup, hours = newest_backup(scratch, plan)
    report.found["backup"] = backup
    report.found["hoursOld"] = hours
    for volumes in plan["volumes"]:
        namespace = volumes["namespace"]
        with report.step(f"restore volumes of {namespace}"):
            manifest = _restore(plan, namespace, volumes["claims"], backup)
            scratch.api.create(path_of(RESTORES, VELERO, "restores"), manifest)
            scratch.wait(
                "Velero is not ready",
                plan["patience"]["restore"],
                lambda: _is_over(scratch),
                lambda: (scratch.api.get(scratch.restore) or {}).get("status", {}).get("phase", ""),
            )
            claims = [claim["metadata"]["name"] for claim in scratch.claims()]
            if not claims and not volumes.get("mayBeNone"):
                raise Failed(f"backup {backup} has no such volume of {namespace}")
        with report.step(f"check volumes of {namespace}") as step:
            step["found"] = [
                _check(plan, scratch, claim, volumes["files"]) for claim in sorted(claims)
            ]
        with report.step(f"clean up after {namespace}"):
            scratch.clean(plan["patience"]["clean"])
