/** Mutations of amounts and of references: what no longer fits, and what is no longer there. */
import { at, change, changeContainer, changePod, isKind, list, remove } from "../define";
import type { Mutation } from "../define";
import type { Inputs, StackResource } from "../../preview/recorded-stack";

const site = ({ type }: StackResource) => type === "platform:base:Platform";
const kind =
    (...kinds: string[]) =>
    (resource: StackResource) =>
        isKind(resource, ...kinds);

function workers(inputs: Inputs): Inputs[] {
    return list(inputs, "nodes").filter((node) => node.role === "worker");
}

/** HA-11, HA-12, HA-14, TEN-02, COST-02. */
export const capacityMutations: readonly Mutation[] = [
    changeContainer(
        ["huge-memory", "HA-11", "requests more memory than a node has"],
        (container) => {
            const memory = "200Gi";
            container.resources = { requests: { cpu: "100m", memory }, limits: { memory } };
        },
        "Deployment",
    ),
    changePod(
        ["unknown-node", "HA-11", "asks for a node that nobody has"],
        (pod) => {
            pod.nodeSelector = { "example.org/nobody": "yes" };
        },
        "Deployment",
    ),
    change(
        ["small-workers", "HA-11", "gives workers a quarter of their memory"],
        site,
        (inputs) => {
            for (const node of workers(inputs)) {
                node.memory = Number(node.memory) / 4;
            }
        },
    ),
    change(
        ["huge-volume", "HA-12", "claims more than the disks hold"],
        kind("postgresql.cnpg.io/Cluster"),
        (inputs) => {
            at(inputs, "spec", "storage").size = "2Ti";
        },
    ),
    change(["small-disks", "HA-12", "gives Ceph small disks"], site, (inputs) => {
        for (const disk of workers(inputs).flatMap((node) => list(node, "disks"))) {
            disk.size = disk.purpose === "ceph" ? 30 : disk.size;
        }
    }),
    change(
        ["tight-quota", "TEN-02", "lets a namespace have one pod"],
        // The collector's namespace has no pod before the collector comes, that of secrets never.
        (resource) =>
            isKind(resource, "ResourceQuota") &&
            !["monitoring", "cilium-secrets"].includes(
                String(at(resource.inputs, "metadata").namespace),
            ),
        (inputs) => {
            at(inputs, "spec", "hard").pods = "1";
        },
    ),
    change(
        ["oversized-workers", "COST-02", "gives workers ten times the cores and memory"],
        site,
        (inputs) => {
            for (const node of workers(inputs)) {
                node.cores = Number(node.cores) * 10;
                node.memory = Number(node.memory) * 10;
            }
        },
    ),
    change(
        ["aimless-service", "HA-14", "selects no pod"],
        (resource) =>
            isKind(resource, "Service") &&
            Object.keys(at(resource.inputs, "spec", "selector")).length > 0,
        (inputs) => {
            at(inputs, "spec").selector = { app: "nobody" };
        },
    ),
    changePod(
        ["missing-account", "HA-14", "names a service account that is not there"],
        (pod) => {
            pod.serviceAccountName = "nobody";
        },
        "Deployment",
    ),
    changeContainer(
        ["missing-secret", "HA-14", "reads a Secret that is not there"],
        (container) => {
            container.envFrom = [{ secretRef: { name: "nobody" } }];
        },
        "Deployment",
    ),
    changePod(
        ["missing-config-map", "HA-14", "mounts a ConfigMap that is not there"],
        (pod) => {
            pod.volumes = [
                ...list(pod, "volumes"),
                { name: "added", configMap: { name: "nobody" } },
            ];
        },
        "Deployment",
    ),
    changePod(
        ["missing-priority", "HA-14", "names a priority class that is not there"],
        (pod) => {
            pod.priorityClassName = "nobody";
        },
        "Deployment",
    ),
    change(
        ["missing-role", "HA-14", "gives a role that is not there"],
        kind("RoleBinding"),
        (inputs) => {
            inputs.roleRef = { ...at(inputs, "roleRef"), name: "nobody" };
        },
    ),
    change(
        ["missing-issuer", "HA-14", "asks an issuer that is not there"],
        kind("Certificate"),
        (inputs) => {
            inputs.spec = {
                ...at(inputs, "spec"),
                issuerRef: { kind: "ClusterIssuer", name: "nobody" },
            };
        },
    ),
    change(
        ["missing-storage-class", "HA-14", "claims from a StorageClass that is not there"],
        kind("postgresql.cnpg.io/Cluster"),
        (inputs) => {
            at(inputs, "spec", "storage").storageClass = "nobody";
        },
    ),
    remove(
        ["removed-service-account", "HA-14", "removes a service account"],
        (resource) =>
            isKind(resource, "ServiceAccount") && /n8n|metrics-server|kyverno/.test(resource.name),
    ),
];
