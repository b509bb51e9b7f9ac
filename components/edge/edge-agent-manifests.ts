/** The agent as objects that k3s applies by itself on its site. Pure. */
import { contentDigest } from "../base/content-digest";
import { httpProbes, resources } from "../base/containers";
import { alloyText } from "./alloy-blocks";
import { agentFolders, type EdgeAgent, edgeAgentBlocks } from "./edge-agent";

/** Name of everything, and of its namespace. */
export const EDGE_AGENT = "edge-agent";
const PORT = 12_345;
const labels = { "app.kubernetes.io/name": EDGE_AGENT } as const;
const metadata = { name: EDGE_AGENT, namespace: EDGE_AGENT };

/** What the objects follow from. */
export interface EdgeAgentObjects extends EdgeAgent {
    readonly image: string;
    /** What the site shows the gateway. */
    readonly password: string;
    /** Authority of the gateway's certificate, in PEM; undefined for one that everybody knows. */
    readonly authority: string | undefined;
}

const access = [
    {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata,
        automountServiceAccountToken: false,
    },
    {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRole",
        metadata: { name: EDGE_AGENT },
        rules: [
            { apiGroups: [""], resources: ["nodes", "pods"], verbs: ["get", "list", "watch"] },
            { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
        ],
    },
    {
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: "ClusterRoleBinding",
        metadata: { name: EDGE_AGENT },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: EDGE_AGENT },
        subjects: [{ kind: "ServiceAccount", ...metadata }],
    },
];

const hostPath = (name: string, path: string, type = "Directory") => ({
    name,
    hostPath: { path, type },
});

function daemon(image: string, digest: string): object {
    return {
        apiVersion: "apps/v1",
        kind: "DaemonSet",
        metadata,
        spec: {
            selector: { matchLabels: labels },
            template: {
                metadata: { labels, annotations: { "platform/configuration": digest } },
                spec: {
                    serviceAccountName: EDGE_AGENT,
                    automountServiceAccountToken: true,
                    enableServiceLinks: false,
                    priorityClassName: "system-node-critical",
                    tolerations: [{ operator: "Exists" }],
                    // Logs of pods and the machine's own files are root's.
                    securityContext: { runAsUser: 0, seccompProfile: { type: "RuntimeDefault" } },
                    containers: [
                        {
                            name: "alloy",
                            image,
                            imagePullPolicy: "IfNotPresent",
                            args: [
                                "run",
                                `${agentFolders.configuration}/config.alloy`,
                                `--storage.path=${agentFolders.storage}`,
                                `--server.http.listen-addr=0.0.0.0:${PORT}`,
                                "--disable-reporting",
                            ],
                            env: [
                                {
                                    name: "NODE_NAME",
                                    valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } },
                                },
                            ],
                            ports: [{ name: "http-metrics", containerPort: PORT }],
                            ...httpProbes("/-/healthy", "http-metrics"),
                            resources: resources("50m", "192Mi", "384Mi"),
                            securityContext: {
                                allowPrivilegeEscalation: false,
                                readOnlyRootFilesystem: true,
                                capabilities: { drop: ["ALL"], add: ["DAC_READ_SEARCH"] },
                            },
                            volumeMounts: [
                                {
                                    name: "configuration",
                                    mountPath: agentFolders.configuration,
                                    readOnly: true,
                                },
                                {
                                    name: "credentials",
                                    mountPath: agentFolders.credentials,
                                    readOnly: true,
                                },
                                { name: "storage", mountPath: agentFolders.storage },
                                { name: "logs", mountPath: agentFolders.logs, readOnly: true },
                                {
                                    name: "root",
                                    mountPath: agentFolders.root,
                                    readOnly: true,
                                    mountPropagation: "HostToContainer",
                                },
                                { name: "tmp", mountPath: "/tmp" },
                            ],
                        },
                    ],
                    volumes: [
                        { name: "configuration", configMap: { name: EDGE_AGENT } },
                        { name: "credentials", secret: { secretName: EDGE_AGENT } },
                        // What could not be sent yet outlives the pod.
                        hostPath("storage", "/var/lib/edge-agent", "DirectoryOrCreate"),
                        hostPath("logs", "/var/log"),
                        hostPath("root", "/"),
                        { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
                    ],
                },
            },
        },
    };
}

/** All of them, in the order in which they need each other. */
export function edgeAgentManifests(of: EdgeAgentObjects): object[] {
    const configuration = alloyText(edgeAgentBlocks(of));
    const secret = {
        password: of.password,
        ...(of.authority === undefined ? {} : { "ca.crt": of.authority }),
    };
    return [
        {
            apiVersion: "v1",
            kind: "Namespace",
            metadata: {
                name: EDGE_AGENT,
                labels: { "pod-security.kubernetes.io/enforce": "privileged" },
            },
        },
        ...access,
        { apiVersion: "v1", kind: "ConfigMap", metadata, data: { "config.alloy": configuration } },
        { apiVersion: "v1", kind: "Secret", metadata, type: "Opaque", stringData: secret },
        daemon(of.image, contentDigest([configuration, secret])),
    ];
}
