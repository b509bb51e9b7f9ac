/** Objects of Kibana 9.4: itself as a custom resource, and what people find in it. Pure. */
import { elasticPorts, kibanaLabels } from "../../operators/eck";
import { spread } from "../base/availability";
import { resources, restrictedContainer, restrictedPod } from "../base/containers";
import type { Manifest } from "../base/object";
import type { ImagePin } from "../base/pins";
import { priorities } from "../base/priority";
import type { ApiRequest } from "./elastic-apply";
import { CLUSTER, NAMESPACE } from "./elasticsearch-objects";
import { userSecret } from "./elasticsearch-users";
import { dataStream, type Evidence, type EvidenceKind, evidenceKinds } from "./evidence";

/** Name of the Kibana. */
export const KIBANA = "kibana";
/** Secret with the keys by which it encrypts sessions and what it stores. */
export const KEYS = "kibana-keys";
/** Service of its pods, as the operator names it. */
export const SERVICE = `${KIBANA}-kb-http`;
export const kibanaUrl = `http://${SERVICE}.${NAMESPACE}.svc:${elasticPorts.kibana}`;

export const kibanaPods = kibanaLabels(KIBANA);

/** Keys of the Secret, by the setting that each is for; all replicas must have the same. */
export const keySettings = {
    sessions: "xpack.security.encryptionKey",
    objects: "xpack.encryptedSavedObjects.encryptionKey",
    reports: "xpack.reporting.encryptionKey",
} as const;

const READER = "kibana-reader";
const PROVIDER = "xpack.security.authc.providers.anonymous.anonymous1";

/** Settings (elastic.co: Kibana configuration reference, 9.4). Whoever comes in is the reader. */
function configuration(publicUrl: string | undefined) {
    return {
        ...(publicUrl === undefined ? {} : { "server.publicBaseUrl": publicUrl }),
        [`${PROVIDER}.order`]: 0,
        [`${PROVIDER}.credentials.username`]: READER,
        // The Job that brings the searches shows its password with each request.
        "xpack.security.authc.http.schemes": ["apikey", "basic"],
        "telemetry.optIn": false,
        "telemetry.allowChangingOptInStatus": false,
        "newsfeed.enabled": false,
    };
}

/** What the custom resource depends on. */
export interface KibanaSite {
    readonly image: ImagePin;
    readonly replicas: number;
    /** Where people find it; undefined where nothing is reached from outside. */
    readonly publicUrl: string | undefined;
}

/**
 * Kibana. With less than 2 GiB it runs out of memory while it starts (cloud-on-k8s v3.5.0:
 * kibana/pod.go), so much is its limit; afterwards it needs half.
 */
export function kibanaResource({ image, replicas, publicUrl }: KibanaSite): Manifest {
    const tcpSocket = { port: elasticPorts.kibana };
    return {
        apiVersion: "kibana.k8s.elastic.co/v1",
        kind: "Kibana",
        metadata: { name: KIBANA, namespace: NAMESPACE },
        spec: {
            version: image.tag,
            image: image.reference,
            count: replicas,
            elasticsearchRef: { name: CLUSTER },
            config: configuration(publicUrl),
            // As behind every route: the network policies let the gateway in, and WireGuard encrypts.
            http: { tls: { selfSignedCertificate: { disabled: true } } },
            secureSettings: [
                {
                    secretName: KEYS,
                    entries: Object.entries(keySettings).map(([key, path]) => ({ key, path })),
                },
                {
                    secretName: userSecret(READER),
                    entries: [{ key: "password", path: `${PROVIDER}.credentials.password` }],
                },
            ],
            podTemplate: {
                spec: {
                    priorityClassName: priorities.platform.name,
                    automountServiceAccountToken: false,
                    enableServiceLinks: false,
                    securityContext: restrictedPod(1000),
                    topologySpreadConstraints: spread(kibanaPods),
                    containers: [
                        {
                            name: "kibana",
                            resources: resources("100m", "1Gi", "2Gi"),
                            securityContext: restrictedContainer,
                            // Whether Elasticsearch is there is asked by readiness, which the operator sets.
                            startupProbe: { tcpSocket, periodSeconds: 10, failureThreshold: 30 },
                            livenessProbe: { tcpSocket, periodSeconds: 20, failureThreshold: 6 },
                        },
                    ],
                },
            },
        },
    };
}

/** Forms of the objects of Kibana 8.8 and 8.0, which every later one brings up to date by itself. */
const versions = { coreMigrationVersion: "8.8.0", typeMigrationVersion: "8.0.0" } as const;

/** The data view of a kind, and the search through it. */
export function savedObjects(kind: Evidence, { what, columns, query = "" }: EvidenceKind) {
    const stream = dataStream(kind);
    const title = `${what.charAt(0).toUpperCase()}${what.slice(1)}`;
    const index = "kibanaSavedObjectMeta.searchSourceJSON.index";
    return [
        {
            type: "index-pattern",
            id: stream,
            attributes: { title: stream, name: title, timeFieldName: "@timestamp" },
            references: [],
            ...versions,
        },
        {
            type: "search",
            id: `evidence-${kind}`,
            attributes: {
                title,
                description: `Evidence: ${what}.`,
                columns,
                sort: [["@timestamp", "desc"]],
                kibanaSavedObjectMeta: {
                    searchSourceJSON: JSON.stringify({
                        query: { language: "kuery", query },
                        filter: [],
                        indexRefName: index,
                    }),
                },
            },
            references: [{ name: index, type: "index-pattern", id: stream }],
            ...versions,
        },
    ];
}

/** Brings the searches; those that are there are replaced. */
export function kibanaRequests(): ApiRequest[] {
    return [
        {
            method: "POST",
            path: "api/saved_objects/_import?overwrite=true",
            upload: evidenceKinds.flatMap(([kind, of]) => savedObjects(kind, of)),
        },
    ];
}
