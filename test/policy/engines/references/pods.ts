/** What pods name. */
import type { Inputs } from "../../harness";
import { claim, configMap, global, NAME, pods, type Row, secret, service, target } from "./rows";

const volume = (source: Inputs) => pods({ volumes: [{ name: "data", ...source }] });
const variable = (valueFrom: Inputs) => pods({}, { env: [{ name: "VALUE", valueFrom }] });
const place = "volumes[data]";

/** What pods name. */
export const ofPods: Record<string, Row> = {
    "a ServiceAccount": [
        "serviceAccountName",
        pods({ serviceAccountName: NAME }),
        target("v1", "ServiceAccount"),
    ],
    "a PriorityClass": [
        "priorityClassName",
        pods({ priorityClassName: NAME }),
        global("scheduling.k8s.io/v1", "PriorityClass", {}, NAME),
    ],
    "a RuntimeClass": [
        "runtimeClassName",
        pods({ runtimeClassName: NAME }),
        global("node.k8s.io/v1", "RuntimeClass", {}, NAME),
    ],
    "a Secret for images": [
        "imagePullSecrets",
        pods({ imagePullSecrets: [{ name: NAME }] }),
        secret,
    ],
    "a Secret as volume": [`${place}.secret`, volume({ secret: { secretName: NAME } }), secret],
    "a ConfigMap as volume": [
        `${place}.configMap`,
        volume({ configMap: { name: NAME } }),
        configMap,
    ],
    "a projected Secret": [
        `${place}.projected.sources[0].secret`,
        volume({ projected: { sources: [{ secret: { name: NAME } }] } }),
        secret,
    ],
    "a projected ConfigMap": [
        `${place}.projected.sources[0].configMap`,
        volume({ projected: { sources: [{ configMap: { name: NAME } }] } }),
        configMap,
    ],
    "a Secret of a CSI volume": [
        `${place}.csi.nodePublishSecretRef`,
        volume({ csi: { driver: "x", nodePublishSecretRef: { name: NAME } } }),
        secret,
    ],
    "a claim": [
        `${place}.persistentVolumeClaim.claimName`,
        volume({ persistentVolumeClaim: { claimName: NAME } }),
        claim,
    ],
    "a key of a Secret": [
        "containers[main].env[VALUE].valueFrom.secretKeyRef",
        variable({ secretKeyRef: { name: NAME, key: "key" } }),
        secret,
    ],
    "a key of a ConfigMap": [
        "containers[main].env[VALUE].valueFrom.configMapKeyRef",
        variable({ configMapKeyRef: { name: NAME, key: "key" } }),
        configMap,
    ],
    "a whole Secret": [
        "containers[main].envFrom[0].secretRef",
        pods({}, { envFrom: [{ secretRef: { name: NAME } }] }),
        secret,
    ],
    "a whole ConfigMap": [
        "containers[main].envFrom[0].configMapRef",
        pods({}, { envFrom: [{ configMapRef: { name: NAME } }] }),
        configMap,
    ],
    "a Secret of an init container": [
        "initContainers[first].envFrom[0].secretRef",
        pods({ initContainers: [{ name: "first", envFrom: [{ secretRef: { name: NAME } }] }] }),
        secret,
    ],
    "a Service by its host name": [
        "containers[main].env[URL].value",
        pods({}, { env: [{ name: "URL", value: `http://${NAME}.apps.svc:80/path` }] }),
        service,
    ],
};
