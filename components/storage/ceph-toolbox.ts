/** The pod with the Ceph tools and the admin key. Pure. */
import type { Exception } from "../base/exceptions";
import { secretVariable } from "../base/containers";
import type { Manifest } from "../base/object";
import { priorities } from "../base/priority";
import { rookCeph } from "./rook-ceph";

const name = "rook-ceph-tools";

/** The toolbox is one pod for one person. */
export const toolboxExceptions: readonly Exception[] = [
    {
        criterion: "HA-04",
        resource: `Deployment/rook-ceph/${name}`,
        reason: "The toolbox is a shell for an administrator and serves nobody, one pod is enough.",
        guard: "It is off by default; Ceph works the same without it.",
        expires: "2027-05-31",
    },
];

/** The operator's image has the same tools as Ceph's and the script that writes their files. */
const image = `docker.io/rook/ceph:${rookCeph.charts.rookCeph.version}`;

/** Deployment after rook v1.20.6:deploy/examples/toolbox-operator-image.yaml. */
export function toolbox(namespace: string): Manifest {
    const labels = { app: name };
    const configured = {
        exec: { command: ["test", "-s", "/etc/ceph/ceph.conf"] },
        periodSeconds: 30,
    };
    return {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name, namespace },
        spec: {
            replicas: 1,
            selector: { matchLabels: labels },
            template: {
                metadata: { labels },
                spec: {
                    // Without it nobody can repair Ceph on a full cluster.
                    priorityClassName: priorities.platform.name,
                    serviceAccountName: "rook-ceph-default",
                    automountServiceAccountToken: false,
                    securityContext: { seccompProfile: { type: "RuntimeDefault" } },
                    containers: [
                        {
                            name,
                            image,
                            command: ["/usr/local/bin/toolbox.sh"],
                            env: [
                                secretVariable(
                                    "ROOK_CEPH_USERNAME",
                                    "rook-ceph-mon",
                                    "ceph-username",
                                ),
                            ],
                            resources: {
                                requests: { cpu: "20m", memory: "64Mi" },
                                limits: { memory: "512Mi" },
                            },
                            readinessProbe: configured,
                            livenessProbe: { ...configured, failureThreshold: 6 },
                            securityContext: {
                                runAsNonRoot: true,
                                runAsUser: 2016,
                                runAsGroup: 2016,
                                allowPrivilegeEscalation: false,
                                readOnlyRootFilesystem: true,
                                capabilities: { drop: ["ALL"] },
                            },
                            volumeMounts: [
                                { name: "config", mountPath: "/etc/ceph" },
                                { name: "tmp", mountPath: "/tmp" },
                                { name: "monitors", mountPath: "/etc/rook" },
                                {
                                    name: "admin-key",
                                    mountPath: "/var/lib/rook-ceph-mon",
                                    readOnly: true,
                                },
                            ],
                        },
                    ],
                    volumes: [
                        { name: "config", emptyDir: {} },
                        { name: "tmp", emptyDir: {} },
                        {
                            name: "monitors",
                            configMap: {
                                name: "rook-ceph-mon-endpoints",
                                items: [{ key: "data", path: "mon-endpoints" }],
                            },
                        },
                        {
                            name: "admin-key",
                            secret: {
                                secretName: "rook-ceph-mon",
                                items: [{ key: "ceph-secret", path: "secret.keyring" }],
                            },
                        },
                    ],
                },
            },
        },
    };
}
