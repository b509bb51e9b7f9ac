/** References that only some kinds have, each where its API puts it. */
import type { Fact, ObjectFact } from "../machinery/facts";
import { isTree, readLabels, readList, readString, readTree } from "../machinery/tree";
import type { Reference } from "./resolve";

type ObjectOf = Fact & { object: ObjectFact };
type Finder = (fact: ObjectOf) => Reference[];

const CORE_SERVICE = "/Service";

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
        const kind = `${groupOf(version)}/${String(named.kind ?? "Deployment")}`;
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

const route: Finder = (fact) => {
    const own = fact.object.namespace ?? "";
    const parents = readList(fact.inputs, "spec", "parentRefs")
        .filter(isTree)
        .filter(({ kind = "Gateway" }) => kind === "Gateway");
    const backends = readList(fact.inputs, "spec", "rules")
        .flatMap((rule) => readList(rule, "backendRefs"))
        .filter(isTree)
        .filter(({ kind = "Service" }) => kind === "Service");
    return [
        ...parents.map((parent) => ({
            fact,
            where: "a parent",
            kind: "gateway.networking.k8s.io/Gateway",
            namespace: parent.namespace ?? own,
            name: parent.name,
        })),
        ...backends.map((backend) => ({
            fact,
            where: "a backend",
            kind: CORE_SERVICE,
            namespace: backend.namespace ?? own,
            name: backend.name,
            port: backend.port,
        })),
    ];
};

const gateway: Finder = (fact) =>
    readList(fact.inputs, "spec", "listeners").flatMap((listener) =>
        readList(listener, "tls", "certificateRefs")
            .filter(isTree)
            .map((certificate) => ({
                fact,
                where: `listener ${readString(listener, "name") ?? "?"}`,
                kind: "/Secret",
                namespace: certificate.namespace ?? fact.object.namespace ?? "",
                name: certificate.name,
            })),
    );

const ingress: Finder = (fact) => {
    const rules = readList(fact.inputs, "spec", "rules");
    const backends = [
        readTree(fact.inputs, "spec", "defaultBackend"),
        ...rules.flatMap((rule) =>
            readList(rule, "http", "paths").map((path) => readTree(path, "backend")),
        ),
    ];
    return backends.flatMap((backend): Reference[] => {
        const service = readTree(backend, "service");
        const port = readTree(service, "port");
        return Object.keys(service).length === 0
            ? []
            : [
                  {
                      fact,
                      where: "a backend",
                      kind: CORE_SERVICE,
                      namespace: fact.object.namespace ?? "",
                      name: service.name,
                      port: port.number ?? port.name,
                  },
              ];
    });
};

const subVolumeGroup: Finder = (fact) => [
    {
        fact,
        where: "spec.filesystemName",
        kind: "ceph.rook.io/CephFilesystem",
        namespace: fact.object.namespace ?? "",
        name: readTree(fact.inputs, "spec").filesystemName,
    },
];

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
    "ceph.rook.io/CephFilesystemSubVolumeGroup": subVolumeGroup,
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
