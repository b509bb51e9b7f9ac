/** Mutations of containers: what a taken-over one could do, and where it comes from. */
import {
    at,
    change,
    changeContainer,
    changePod,
    drop,
    hasPods,
    isKind,
    list,
    podSpecOf,
} from "../define";
import type { Mutation } from "../define";
import type { Inputs, StackResource } from "../../preview/recorded-stack";

function security(container: Inputs): Inputs {
    container.securityContext = { ...at(container, "securityContext") };
    return container.securityContext as Inputs;
}

function withoutVersion(image: unknown): string {
    return String(image)
        .replace(/@sha256:.*$/, "")
        .replace(/:[^/:]*$/, "");
}

function volume(pod: Inputs, source: Inputs): void {
    pod.volumes = [...list(pod, "volumes"), { name: "added", ...source }];
}

/** Namespaces whose level lets pods do everything, so that SEC-02 has nothing to say. */
const PRIVILEGED = ["kube-system", "rook-ceph"];

function restricted(resource: StackResource): boolean {
    const namespace = String(at(resource.inputs, "metadata").namespace);
    return isKind(resource, "Deployment") && !PRIVILEGED.includes(namespace);
}

/** IAC-02, SEC-02, SEC-03, SEC-04, SEC-06. */
export const containerMutations: readonly Mutation[] = [
    changeContainer(["latest-tag", "IAC-02", "uses the tag latest"], (container) => {
        container.image = `${withoutVersion(container.image)}:latest`;
    }),
    changeContainer(["no-tag", "IAC-02", "drops tag and digest"], (container) => {
        container.image = withoutVersion(container.image);
    }),
    change(
        ["no-operated-image", "IAC-02", "leaves the image to the operator"],
        (resource) => isKind(resource, "postgresql.cnpg.io/Cluster"),
        (inputs) => {
            drop(at(inputs, "spec"), "imageName");
        },
    ),
    changePod(["host-network", "SEC-03", "joins the node's network"], (pod) => {
        pod.hostNetwork = true;
    }),
    changePod(["host-pid", "SEC-03", "sees the node's processes"], (pod) => {
        pod.hostPID = true;
    }),
    changePod(["host-path", "SEC-03", "mounts the node's disk"], (pod) => {
        volume(pod, { hostPath: { path: "/" } });
    }),
    changeContainer(["privileged", "SEC-03", "is privileged"], (container) => {
        security(container).privileged = true;
    }),
    changeContainer(["root-user", "SEC-03", "runs as root"], (container) => {
        Object.assign(security(container), { runAsUser: 0, runAsNonRoot: false });
    }),
    changeContainer(
        ["writable-root", "SEC-03", "may write to its root filesystem"],
        (container) => {
            security(container).readOnlyRootFilesystem = false;
        },
    ),
    changeContainer(["escalation", "SEC-03", "may gain privileges"], (container) => {
        security(container).allowPrivilegeEscalation = true;
    }),
    changeContainer(["kept-capabilities", "SEC-03", "keeps its capabilities"], (container) => {
        drop(security(container), "capabilities");
    }),
    changeContainer(["added-capability", "SEC-03", "adds SYS_ADMIN"], (container) => {
        security(container).capabilities = { drop: ["ALL"], add: ["SYS_ADMIN"] };
    }),
    changeContainer(["no-seccomp", "SEC-03", "runs without seccomp"], (container) => {
        security(container).seccompProfile = { type: "Unconfined" };
    }),
    change(["unsafe-sysctl", "SEC-02", "sets an unsafe sysctl"], restricted, (inputs) => {
        const pod = podSpecOf(inputs);
        const sysctls = [{ name: "kernel.msgmax", value: "65536" }];
        pod.securityContext = { ...at(pod, "securityContext"), sysctls };
    }),
    change(["host-port", "SEC-02", "listens on a port of the node"], restricted, (inputs) => {
        for (const container of list(podSpecOf(inputs), "containers")) {
            container.ports = [{ containerPort: 8443, hostPort: 8443 }];
        }
    }),
    changeContainer(
        ["foreign-registry", "SEC-04", "comes from an unlisted registry"],
        (container) => {
            container.image = "registry.stranger.example/tool:1.2.3";
        },
    ),
    changeContainer(["docker-hub", "SEC-04", "comes from somebody on Docker Hub"], (container) => {
        container.image = "docker.io/stranger/tool:1.2.3";
    }),
    change(["useless-token", "SEC-06", "mounts a token without rights"], hasPods, (inputs) => {
        const pod = podSpecOf(inputs);
        drop(pod, "serviceAccountName");
        drop(pod, "automountServiceAccountToken");
    }),
];
