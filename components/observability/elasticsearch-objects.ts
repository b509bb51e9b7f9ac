/** Objects of Elasticsearch: the cluster as a custom resource, and the Jobs that set it up. Pure. */
import * as fs from "node:fs";
import * as path from "node:path";
import { elasticPorts, elasticsearchLabels } from "../../operators/eck";
import { HOST_LABEL, spread } from "../base/availability";
import { contentDigest } from "../base/content-digest";
import { resources, restrictedContainer, restrictedPod, secretVariable } from "../base/containers";
import type { Manifest } from "../base/object";
import type { ImagePin } from "../base/pins";
import { priorities } from "../base/priority";
import { volumeClaim } from "../base/volume-claim";
import type { Bucket } from "../storage/bucket";
import type { ApiRequest } from "./elastic-apply";
import { type ElasticUser, userSecret } from "./elasticsearch-users";

/** Namespace of the operator and of what it runs: it has rights in no other. */
export const NAMESPACE = "elastic";
/** Name of the cluster. */
export const CLUSTER = "elasticsearch";
/** Service of all nodes, as the operator names it. */
const SERVICE = `${CLUSTER}-es-http`;
/** Secret with the certificate of the nodes. */
export const CERTIFICATE = "elasticsearch-tls";
/** Secret with the roles. */
export const ROLES = "elasticsearch-roles";

/** Host name by which clients know it, and its certificate. */
export const elasticsearchHost = `${SERVICE}.${NAMESPACE}.svc`;
/** Names of its certificate. */
export const elasticsearchNames: readonly [string, ...string[]] = [
    elasticsearchHost,
    `${elasticsearchHost}.cluster.local`,
    `${CLUSTER}-es-internal-http.${NAMESPACE}.svc`,
];
export const elasticsearchUrl = `https://${elasticsearchHost}:${elasticPorts.http}`;

/** Labels of the nodes. */
export const elasticsearchPods = elasticsearchLabels(CLUSTER);

/** Half of it is the heap; the rest holds what of the indices is in use. */
const MEMORY = "2Gi";

/** What the cluster depends on. */
export interface ClusterSite {
    readonly image: ImagePin;
    readonly nodes: number;
    readonly storageClass: string;
    /** GiB of each node's volume. */
    readonly size: number;
    readonly bucket: Pick<Bucket, "accessKey" | "endpoint" | "region">;
    readonly users: readonly ElasticUser[];
}

/** Settings of every node (elastic.co: Elasticsearch configuration reference, 9.4). */
function configuration({ endpoint, region }: ClusterSite["bucket"]) {
    return {
        "node.roles": ["master", "data", "ingest"],
        // Needs a licence, and a third of the memory.
        "xpack.ml.enabled": false,
        // Nobody locates addresses, and the nodes reach no internet.
        "ingest.geoip.downloader.enabled": false,
        "s3.client.default.endpoint": endpoint,
        "s3.client.default.region": region,
        "s3.client.default.path_style_access": true,
    };
}

/**
 * Three nodes that all are master-eligible and hold data, on different nodes and Proxmox hosts; a copy
 * of each shard is on another host. The user `elastic`, who may do everything, does not exist.
 */
export function elasticsearchCluster(of: ClusterSite): Manifest {
    const { image, nodes, storageClass, size, bucket, users } = of;
    const { secretName, id, secret } = bucket.accessKey;
    const own = resources("250m", MEMORY, MEMORY);
    return {
        apiVersion: "elasticsearch.k8s.elastic.co/v1",
        kind: "Elasticsearch",
        metadata: { name: CLUSTER, namespace: NAMESPACE },
        spec: {
            version: image.tag,
            image: image.reference,
            volumeClaimDeletePolicy: "DeleteOnScaledownOnly",
            auth: {
                disableElasticUser: true,
                roles: [{ secretName: ROLES }],
                fileRealm: users.map((user) => ({ secretName: userSecret(user) })),
            },
            http: { tls: { certificate: { secretName: CERTIFICATE } } },
            secureSettings: [
                {
                    secretName,
                    entries: [
                        { key: id, path: "s3.client.default.access_key" },
                        { key: secret, path: "s3.client.default.secret_key" },
                    ],
                },
            ],
            nodeSets: [
                {
                    name: "default",
                    count: nodes,
                    config: configuration(bucket),
                    // How strictly they are spread stands in the pod below.
                    zoneAwareness: { topologyKey: HOST_LABEL },
                    podTemplate: {
                        spec: {
                            priorityClassName: priorities.platform.name,
                            automountServiceAccountToken: false,
                            enableServiceLinks: false,
                            securityContext: restrictedPod(1000),
                            topologySpreadConstraints: spread(elasticsearchPods, {
                                waitsForItsHost: true,
                            }),
                            affinity: {},
                            // It asks for half a core, for a moment, which would be kept free for ever.
                            initContainers: [
                                {
                                    name: "elastic-internal-init-keystore",
                                    resources: resources("100m", "256Mi", "256Mi"),
                                },
                            ],
                            containers: [
                                {
                                    name: "elasticsearch",
                                    resources: own,
                                    securityContext: restrictedContainer,
                                },
                            ],
                        },
                    },
                    volumeClaimTemplates: [
                        {
                            metadata: { name: "elasticsearch-data" },
                            spec: volumeClaim(storageClass, size),
                        },
                    ],
                },
            ],
        },
    };
}

/** Labels of the pods of the Jobs. */
export const setupPods = {
    "app.kubernetes.io/name": "elastic-setup",
    "app.kubernetes.io/component": "setup",
} as const;

/** What a Job of requests needs to know. */
export interface Setup {
    /** What is set up; the name of the Job begins with it. */
    readonly name: string;
    /** Image with Node. */
    readonly image: ImagePin;
    /** Address of Elasticsearch or Kibana. */
    readonly url: string;
    readonly requests: readonly ApiRequest[];
}

const PROGRAM = "elastic-apply.ts";

/** The program and its requests. */
export function setupFiles({ name, requests }: Pick<Setup, "name" | "requests">): Manifest {
    return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: `${name}-setup`, namespace: NAMESPACE },
        data: {
            [PROGRAM]: fs.readFileSync(path.join(__dirname, PROGRAM), "utf8"),
            "package.json": JSON.stringify({ type: "module" }),
            "requests.json": JSON.stringify(requests, undefined, 2),
        },
    };
}

/** The Job, named after what it does: it cannot be changed, so another one takes its place. */
export function setupJob({ name, image, url }: Omit<Setup, "requests">, files: Manifest): Manifest {
    const secret = userSecret("platform-setup");
    const digest = contentDigest([image.reference, url, files.data]);
    return {
        apiVersion: "batch/v1",
        kind: "Job",
        metadata: { name: `${name}-setup-${digest}`, namespace: NAMESPACE },
        spec: {
            backoffLimit: 6,
            activeDeadlineSeconds: 3600,
            template: {
                metadata: { labels: setupPods },
                spec: {
                    restartPolicy: "OnFailure",
                    priorityClassName: priorities.platform.name,
                    automountServiceAccountToken: false,
                    enableServiceLinks: false,
                    securityContext: restrictedPod(1000),
                    containers: [
                        {
                            name: "apply",
                            image: image.reference,
                            command: ["node", `/setup/${PROGRAM}`, "/setup/requests.json"],
                            env: [
                                { name: "ELASTIC_URL", value: url },
                                secretVariable("ELASTIC_USER", secret, "username"),
                                secretVariable("ELASTIC_PASSWORD", secret, "password"),
                                { name: "NODE_EXTRA_CA_CERTS", value: "/authority/ca.crt" },
                            ],
                            resources: resources("20m", "64Mi", "192Mi"),
                            securityContext: restrictedContainer,
                            volumeMounts: [
                                { name: "setup", mountPath: "/setup", readOnly: true },
                                { name: "authority", mountPath: "/authority", readOnly: true },
                            ],
                        },
                    ],
                    volumes: [
                        { name: "setup", configMap: { name: files.metadata.name } },
                        {
                            name: "authority",
                            secret: {
                                secretName: CERTIFICATE,
                                items: [{ key: "ca.crt", path: "ca.crt" }],
                                defaultMode: 0o440,
                            },
                        },
                    ],
                },
            },
        },
    };
}
