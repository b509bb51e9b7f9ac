/** The operator of Keycloak. */
import type { Behaviour, Labels, MadePods, Resource, Surroundings, Tree } from "./behaviour";
import { keyOf, kinds, named } from "./names";
import { container, tcp } from "./pods";
import {
    isTree,
    labelsAt,
    listAt,
    namespaceOf,
    numberAt,
    present,
    textAt,
    treeAt,
    treesAt,
} from "./values";

const GROUP = "k8s.keycloak.org";
const source = "keycloak 26.8.2: operator/src/main/java/org/keycloak/operator";

/** Constants.java. */
export const keycloakPorts = {
    http: 8080,
    https: 8443,
    management: 9000,
    cluster: 7800,
    detection: 57_800,
} as const;

/** Utils.java, allInstanceLabels. */
export function keycloakLabels(name: string): Labels {
    return {
        app: "keycloak",
        "app.kubernetes.io/managed-by": "keycloak-operator",
        "app.kubernetes.io/instance": name,
    };
}

/** What the operator gives where a Keycloak says nothing (application.properties). */
const RESOURCES = { requests: { memory: "1700Mi" }, limits: { memory: "2Gi" } };

/** KeycloakDeploymentDependentResource.java, handleScheduling: by zone and node, if possible. */
function scheduling(template: Tree, said: Tree, labels: Labels): Tree {
    const of = (field: string) => template[field] ?? said[field];
    const constraints = listAt({ constraints: of("topologySpreadConstraints") }, "constraints");
    const spread = ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map((topologyKey) => ({
        maxSkew: 1,
        topologyKey,
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: labels },
    }));
    return present({
        priorityClassName: of("priorityClassName"),
        affinity: of("affinity"),
        tolerations: of("tolerations"),
        topologySpreadConstraints: constraints.length > 0 ? constraints : spread,
    });
}

function podOf({ spec = {}, metadata: { name } }: Resource): Tree {
    const template = treeAt(spec, "unsupported", "podTemplate", "spec");
    const labels = { ...keycloakLabels(name), "app.kubernetes.io/component": "server" };
    const [first, ...others] = treesAt(template, "containers");
    const resources = [spec.resources, first?.resources].find(isTree) ?? RESOURCES;
    return {
        ...template,
        ...present({ imagePullSecrets: spec.imagePullSecrets }),
        ...scheduling(template, treeAt(spec, "scheduling"), labels),
        containers: [
            { ...first, ...container("keycloak", resources, textAt(spec, "image")) },
            ...others,
        ],
    };
}

function keycloakPods(resource: Resource): MadePods[] {
    const { spec = {}, metadata } = resource;
    const labels = keycloakLabels(metadata.name);
    const members = [tcp(keycloakPorts.cluster), tcp(keycloakPorts.detection)];
    return [
        {
            part: "instances",
            name: metadata.name,
            labels: {
                ...labelsAt(spec, "unsupported", "podTemplate", "metadata", "labels"),
                ...labels,
                "app.kubernetes.io/component": "server",
            },
            count: numberAt(1, spec, "instances"),
            stateful: true,
            pod: podOf(resource),
            ports: [
                tcp(keycloakPorts.https, "https"),
                tcp(keycloakPorts.http, "http"),
                tcp(keycloakPorts.management, "management"),
                ...members,
            ],
            isMain: true,
            ...(spec.automountServiceAccountToken === false ? {} : { usesApi: true }),
            reaches: [{ pods: labels, ports: members, why: "instances share their caches" }],
        },
    ];
}

/** KeycloakRealmImportJobDependentResource.java: a job with the pod of its Keycloak. */
function importPods(resource: Resource, { all }: Surroundings): MadePods[] | string {
    const { spec = {}, metadata } = resource;
    const keycloak = all(`${GROUP}/Keycloak`).find(
        (other) =>
            namespaceOf(other) === namespaceOf(resource) &&
            other.metadata.name === textAt(spec, "keycloakCRName"),
    );
    if (keycloak === undefined) {
        return "the Keycloak that it imports into is not in the stack";
    }
    const pod = podOf(keycloak);
    return [
        {
            part: "job",
            name: metadata.name,
            labels: { app: "keycloak-realm-import", ...keycloakLabels(metadata.name) },
            count: 0,
            most: 1,
            passing: true,
            pod: {
                ...pod,
                containers: treesAt(pod, "containers").map((item) => ({
                    ...item,
                    ...present({ resources: spec.resources }),
                })),
            },
            ports: [],
        },
    ];
}

/** The rooms of the kinds. */
export const keycloak: readonly Behaviour[] = [
    {
        kind: `${GROUP}/Keycloak`,
        source,
        pods: keycloakPods,
        services: ({ spec, metadata: { name } }) => {
            const http = treeAt(spec, "http");
            const port = (label: string, number: unknown, target: number) =>
                typeof number === "number"
                    ? [{ name: label, port: number, target }]
                    : [{ name: label, port: target, target }];
            return [
                {
                    name: `${name}-service`,
                    selector: keycloakLabels(name),
                    ports: [
                        ...(http.tlsSecret === undefined
                            ? []
                            : port("https", http.httpsPort, keycloakPorts.https)),
                        ...(http.httpEnabled === true || http.tlsSecret === undefined
                            ? port("http", http.httpPort, keycloakPorts.http)
                            : []),
                        ...port("management", undefined, keycloakPorts.management),
                    ],
                },
                {
                    name: `${name}-discovery`,
                    selector: keycloakLabels(name),
                    ports: [
                        { name: "tcp", port: keycloakPorts.cluster, target: keycloakPorts.cluster },
                    ],
                },
            ];
        },
        secrets: ({ spec, metadata: { name } }) =>
            // KeycloakAdminSecretDependentResource.java: whoever names only a service gets a user too.
            textAt(spec ?? {}, "bootstrapAdmin", "user", "secret") === undefined
                ? [{ name: `${name}-initial-admin`, keys: ["username", "password"] }]
                : [],
        images: [{ path: "spec.image", optional: true }],
        names: [
            ...keyOf("spec", ["additionalOptions[].secret", "env[].secret"]),
            ...keyOf("spec.db", ["usernameSecret", "passwordSecret"]),
            ...keyOf("spec.cache", ["configMapFile"], kinds.configMap),
            ...named(
                kinds.secret,
                "spec.admin.tlsSecret",
                "spec.bootstrapAdmin.service.secret",
                "spec.bootstrapAdmin.user.secret",
                "spec.http.tlsSecret",
                "spec.ingress.tlsSecret",
            ),
        ],
    },
    {
        kind: `${GROUP}/KeycloakRealmImport`,
        source,
        pods: importPods,
        names: named(`${GROUP}/Keycloak`, "spec.keycloakCRName"),
    },
];
