/** What the chart kubecost 3.2.1 has no values for. Pure. */
import {
    changeContainer,
    changePod,
    httpProbes,
    patchContainer,
    patchPod,
} from "../base/containers";
import { isRecord, type Manifest } from "../base/object";
import { priorities } from "../base/priority";
import { databaseClaim, KUBECOST, kubecostPorts } from "./kubecost-names";

/** Of the chart's Secrets neither holds a secret: where the store is, and which metrics are left out. */
const OPEN_FILES = [`${KUBECOST}-federated-storage-config`, `${KUBECOST}-metrics-config`];

/** The key of Kubecost's account at Google, which the chart writes into the pod itself. */
const FOREIGN_KEY = "CLOUD_PROVIDER_API_KEY";

function list(value: unknown): readonly unknown[] {
    return Array.isArray(value) ? value : [];
}

/** The file as a ConfigMap, in plain text: whoever reads the plan sees what it says. */
function asConfigMap({ metadata, data }: Manifest): Manifest {
    const files = Object.entries(isRecord(data) ? data : {}).map(([key, value]) => [
        key,
        Buffer.from(String(value), "base64").toString("utf8"),
    ]);
    return { apiVersion: "v1", kind: "ConfigMap", metadata, data: Object.fromEntries(files) };
}

/** The pod with the files mounted from where they now are, and without fields that hold nothing. */
function mountingOpenFiles(manifest: Manifest): Manifest {
    return changePod(manifest, (pod) =>
        isRecord(pod)
            ? {
                  ...Object.fromEntries(Object.entries(pod).filter(([, value]) => value !== null)),
                  volumes: list(pod.volumes).map((volume) => {
                      const secret = isRecord(volume) ? volume.secret : undefined;
                      return isRecord(volume) &&
                          isRecord(secret) &&
                          OPEN_FILES.includes(String(secret.secretName))
                          ? { name: volume.name, configMap: { name: secret.secretName } }
                          : volume;
                  }),
              }
            : pod,
    );
}

function withoutForeignKey(manifest: Manifest): Manifest {
    return changeContainer(manifest, "aggregator", (container) => ({
        ...container,
        env: list(container.env).filter((entry) => !isRecord(entry) || entry.name !== FOREIGN_KEY),
    }));
}

/** The claim of the database with a label of its own, by which its restore is looked at. */
function withDatabaseClaim(manifest: Manifest): Manifest {
    const { spec } = manifest;
    if (!isRecord(spec)) {
        return manifest;
    }
    const volumeClaimTemplates = list(spec.volumeClaimTemplates).map((claim) =>
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
    const { readinessProbe, livenessProbe } = httpProbes("/healthz", port);
    const httpGet = { path: "/healthz", port, scheme: "HTTP" };
    return {
        readinessProbe,
        livenessProbe,
        startupProbe: { httpGet, periodSeconds: 10, failureThreshold: 60 },
    };
}

/** Probes, priorities, files that are no secrets, and who needs no token of the API. */
export function patchKubecost(manifest: Manifest): Manifest {
    const { kind, metadata } = manifest;
    if (kind === "Secret" && OPEN_FILES.includes(metadata.name ?? "")) {
        return asConfigMap(manifest);
    }
    const placed = mountingOpenFiles(
        patchPod(manifest, { priorityClassName: priorities.platform.name }),
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
