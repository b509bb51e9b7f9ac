/** What the chart kubecost 3.2.1 has no values for. Pure. */
import {
    changeContainer,
    changePod,
    httpProbes,
    patchContainer,
    patchPod,
} from "../base/containers";
import { isRecord, listOf, type Manifest } from "../base/object";
import { asConfigMap, mountingOpenFiles } from "../base/open-files";
import { priorities } from "../base/priority";
import { databaseClaim, KUBECOST, kubecostPorts } from "./kubecost-names";

/** Of the chart's Secrets neither holds a secret: where the store is, and which metrics are left out. */
const OPEN_FILES = [`${KUBECOST}-federated-storage-config`, `${KUBECOST}-metrics-config`];

/** The key of Kubecost's account at Google, which the chart writes into the pod itself. */
const FOREIGN_KEY = "CLOUD_PROVIDER_API_KEY";

/** The pod without fields that hold nothing. */
function withoutEmptyFields(manifest: Manifest): Manifest {
    return changePod(manifest, (pod) =>
        isRecord(pod)
            ? Object.fromEntries(Object.entries(pod).filter(([, value]) => value !== null))
            : pod,
    );
}

function withoutForeignKey(manifest: Manifest): Manifest {
    return changeContainer(manifest, "aggregator", (container) => ({
        ...container,
        env: listOf(container.env).filter(
            (entry) => !isRecord(entry) || entry.name !== FOREIGN_KEY,
        ),
    }));
}

/** The claim of the database with a label of its own, by which its restore is looked at. */
function withDatabaseClaim(manifest: Manifest): Manifest {
    const { spec } = manifest;
    if (!isRecord(spec)) {
        return manifest;
    }
    const volumeClaimTemplates = listOf(spec.volumeClaimTemplates).map((claim) =>
        isRecord(claim) &&
        isRecord(claim.metadata) &&
        claim.metadata.name === "aggregator-db-storage"
            ? { ...claim, metadata: { ...claim.metadata, labels: databaseClaim } }
            : claim,
    );
    return { ...manifest, spec: { ...spec, volumeClaimTemplates } };
}

/** Time to read what is there, then an answer at `/healthz`. */
function probes(port: number) {
    const httpGet = { path: "/healthz", port, scheme: "HTTP" };
    return {
        ...httpProbes("/healthz", port),
        startupProbe: { httpGet, periodSeconds: 10, failureThreshold: 60 },
    };
}

/** Probes, priorities, files that are no secrets, and who needs no token of the API. */
export function patchKubecost(manifest: Manifest): Manifest {
    const { kind, metadata } = manifest;
    if (kind === "Secret" && OPEN_FILES.includes(metadata.name ?? "")) {
        return asConfigMap(manifest);
    }
    const placed = withoutEmptyFields(
        mountingOpenFiles(
            patchPod(manifest, { priorityClassName: priorities.platform.name }),
            OPEN_FILES,
        ),
    );
    switch (`${kind}/${metadata.name ?? ""}`) {
        case `StatefulSet/${KUBECOST}-aggregator`:
            return withDatabaseClaim(
                patchContainer(
                    withoutForeignKey(placed),
                    "aggregator",
                    probes(kubecostPorts.aggregator),
                ),
            );
        case `Deployment/${KUBECOST}-local-store`:
            return patchContainer(
                patchPod(placed, { automountServiceAccountToken: false }),
                "local-object-store",
                probes(kubecostPorts.store),
            );
        case `Deployment/${KUBECOST}-frontend`:
            return patchPod(placed, { automountServiceAccountToken: false });
        default:
            return placed;
    }
}
