/** References that only some kinds have, each where its API puts it. */
import { isTree, readLabels, readList, readString, readTree } from "../machinery/tree";
import { gateway, ingress, route } from "./by-route";
import { CORE_SERVICE, type Finder, type ObjectOf, type Reference } from "./resolve";

function groupOf(apiVersion: unknown): string {
    return typeof apiVersion === "string" && apiVersion.includes("/")
        ? (apiVersion.split("/")[0] ?? "")
        : "";
}

const binding: Finder = (fact) => {
    const role = readTree(fact.inputs, "roleRef");
    const kind = String(role.kind);
    const own = fact.object.namespace ?? "";
    const subjects = readList(fact.inputs, "subjects")
        .filter(isTree)
        .filter(({ kind: subject }) => subject === "ServiceAccount");
    return [
        {
            fact,
            where: "roleRef",
            kind: `rbac.authorization.k8s.io/${kind}`,
            namespace: kind === "Role" ? own : "",
            name: role.name,
        },
        ...subjects.map((subject) => ({
            fact,
            where: "a subject",
            kind: "/ServiceAccount",
            namespace: subject.namespace ?? own,
            name: subject.name,
        })),
    ];
};

/** An object of the same namespace that another one scales. */
function target(...path: string[]): Finder {
    return (fact) => {
        const named = readTree(fact.inputs, ...path);
        const version = named.apiVersion ?? "apps/v1";
        // KEDA's default; the others require a kind.
        const kind = `${groupOf(version)}/${typeof named.kind === "string" ? named.kind : "Deployment"}`;
        return Object.keys(named).length === 0
            ? []
            : [
                  {
                      fact,
                      where: path.join("."),
                      kind,
                      namespace: fact.object.namespace ?? "",
                      name: named.name,
                  },
              ];
    };
}

function toService(fact: ObjectOf, where: string, service: unknown): Reference[] {
    return isTree(service)
        ? [
              {
                  fact,
                  where,
                  kind: CORE_SERVICE,
                  namespace: service.namespace ?? fact.object.namespace ?? "",
                  name: service.name,
                  // The default of the API.
                  port: service.port ?? 443,
              },
          ]
        : [];
}

const webhooks: Finder = (fact) =>
    readList(fact.inputs, "webhooks").flatMap((webhook) =>
        toService(
            fact,
            `webhook ${readString(webhook, "name") ?? "?"}`,
            readTree(webhook, "clientConfig").service,
        ),
    );

const conversion: Finder = (fact) =>
    toService(
        fact,
        "the conversion webhook",
        readTree(fact.inputs, "spec", "conversion", "webhook", "clientConfig").service,
    );

const storageClass: Finder = (fact) => {
    const parameters = readLabels(fact.inputs, "parameters");
    const rook = (kind: string, parameter: string, namespace: string | undefined): Reference[] =>
        parameters[parameter] === undefined || namespace === undefined
            ? []
            : [
                  {
                      fact,
                      where: `parameter ${parameter}`,
                      kind: `ceph.rook.io/${kind}`,
                      namespace,
                      name: parameters[parameter],
                  },
              ];
    const suffix = "-secret-name";
    const secrets = Object.entries(parameters).filter(([key]) => key.endsWith(suffix));
    const provisioner = readString(fact.inputs, "provisioner") ?? "";
    const isBlock = "imageFormat" in parameters;
    return [
        ...secrets.map(([key, name]) => ({
            fact,
            where: `parameter ${key}`,
            kind: "/Secret",
            namespace: parameters[key.replace(suffix, "-secret-namespace")] ?? "",
            name,
        })),
        ...(isBlock ? rook("CephBlockPool", "pool", parameters.clusterID) : []),
        ...rook("CephFilesystem", "fsName", parameters.clusterID),
        ...rook("CephObjectStore", "objectStoreName", parameters.objectStoreNamespace),
        ...(provisioner.startsWith("kubernetes.io/")
            ? []
            : [
                  {
                      fact,
                      where: "provisioner",
                      kind: "storage.k8s.io/CSIDriver",
                      namespace: "",
                      name: provisioner,
                  },
              ]),
    ];
};

/** Fields that name an object of the same namespace: kind, field, kind of what is named. */
const NEIGHBOURS: readonly (readonly [string, readonly string[], string])[] = [
    [
        "ceph.rook.io/CephFilesystemSubVolumeGroup",
        ["spec", "filesystemName"],
        "ceph.rook.io/CephFilesystem",
    ],
    ["ceph.rook.io/CephObjectStoreUser", ["spec", "store"], "ceph.rook.io/CephObjectStore"],
    [
        "csi.ceph.io/OperatorConfig",
        ["spec", "driverSpecDefaults", "imageSet", "name"],
        "/ConfigMap",
    ],
    [
        "redis.redis.opstreelabs.in/RedisSentinel",
        ["spec", "redisSentinelConfig", "redisReplicationName"],
        "redis.redis.opstreelabs.in/RedisReplication",
    ],
    ...["ScheduledBackup", "Backup", "Pooler", "Database"].map(
        (kind) =>
            [
                `postgresql.cnpg.io/${kind}`,
                ["spec", "cluster", "name"],
                "postgresql.cnpg.io/Cluster",
            ] as const,
    ),
    ...["KafkaTopic", "KafkaUser", "KafkaNodePool"].map(
        (kind) =>
            [
                `kafka.strimzi.io/${kind}`,
                ["metadata", "labels", "strimzi.io/cluster"],
                "kafka.strimzi.io/Kafka",
            ] as const,
    ),
];

function neighbour([, path, kind]: (typeof NEIGHBOURS)[number]): Finder {
    return (fact) => {
        const parent = readTree(fact.inputs, ...path.slice(0, -1));
        const name = parent[path.at(-1) ?? ""];
        const namespace = fact.object.namespace ?? "";
        return [{ fact, where: path.join("."), kind, namespace, name }];
    };
}

const RBAC = "rbac.authorization.k8s.io";
const ROUTES = ["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"];

/** The table, by `<group>/<Kind>`. */
export const BY_KIND: Readonly<Record<string, Finder>> = {
    [`${RBAC}/RoleBinding`]: binding,
    [`${RBAC}/ClusterRoleBinding`]: binding,
    "autoscaling/HorizontalPodAutoscaler": target("spec", "scaleTargetRef"),
    "autoscaling.k8s.io/VerticalPodAutoscaler": target("spec", "targetRef"),
    "keda.sh/ScaledObject": target("spec", "scaleTargetRef"),
    "admissionregistration.k8s.io/MutatingWebhookConfiguration": webhooks,
    "admissionregistration.k8s.io/ValidatingWebhookConfiguration": webhooks,
    "apiextensions.k8s.io/CustomResourceDefinition": conversion,
    "apiregistration.k8s.io/APIService": (fact) =>
        toService(fact, "spec.service", readTree(fact.inputs, "spec").service),
    "storage.k8s.io/StorageClass": storageClass,
    ...Object.fromEntries(ROUTES.map((kind) => [`gateway.networking.k8s.io/${kind}`, route])),
    "gateway.networking.k8s.io/Gateway": gateway,
    "networking.k8s.io/Ingress": ingress,
    ...Object.fromEntries(NEIGHBOURS.map((entry) => [entry[0], neighbour(entry)])),
};

/** What annotations of cert-manager name, on any object. */
export function annotations(fact: ObjectOf): Reference[] {
    const found = readLabels(fact.inputs, "metadata", "annotations");
    const own = fact.object.namespace ?? "";
    const named = (key: string, kind: string): Reference[] => {
        const value = found[`cert-manager.io/${key}`];
        if (value === undefined) {
            return [];
        }
        const [first = "", second] = value.split("/");
        const [namespace, name] = second === undefined ? [own, first] : [first, second];
        const isCluster = kind.endsWith("/ClusterIssuer");
        const where = `annotation ${key}`;
        return [{ fact, where, kind, namespace: isCluster ? "" : namespace, name }];
    };
    return [
        ...named("inject-ca-from", "cert-manager.io/Certificate"),
        ...named("inject-ca-from-secret", "/Secret"),
        ...named("issuer", "cert-manager.io/Issuer"),
        ...named("cluster-issuer", "cert-manager.io/ClusterIssuer"),
    ];
}
