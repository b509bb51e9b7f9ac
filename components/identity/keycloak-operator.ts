/** Upstream's manifests of the operator, as they run here. Pure. */
import { patchContainer, patchPod, resources, restrictedContainer } from "../base/containers";
import type { Exception } from "../base/exceptions";
import type { Manifest } from "../base/object";
import { priorities } from "../base/priority";
import { name } from "./keycloak-objects";

const OPERATOR = "keycloak-operator";
/** Labels of its pod. */
export const operatorLabels = { "app.kubernetes.io/name": OPERATOR };

/** What is not as it should be. */
export const exceptions: readonly Exception[] = [
    {
        criterion: "HA-04",
        resource: `Deployment/${name}/${OPERATOR}`,
        reason: "The operator has no leader election: two would undo each other's work.",
        guard: "servers go on without it; a pod that starts in seconds is rescheduled at once",
        expires: "2027-05-31",
    },
];

/** What upstream's manifests leave to whoever applies them. */
export function patched(manifest: Manifest): Manifest {
    if (manifest.kind !== "Deployment") {
        return manifest;
    }
    const pod = patchPod(manifest, {
        priorityClassName: priorities.platform.name,
        securityContext: {
            runAsNonRoot: true,
            runAsUser: 1000,
            seccompProfile: { type: "RuntimeDefault" },
        },
        volumes: [{ name: "scratch", emptyDir: { sizeLimit: "64Mi" } }],
    });
    return patchContainer(pod, OPERATOR, {
        imagePullPolicy: "IfNotPresent",
        resources: resources("50m", "384Mi", "512Mi"),
        securityContext: restrictedContainer,
        volumeMounts: [{ name: "scratch", mountPath: "/tmp" }],
    });
}
