/**
 * The Sail operator: Istio's control plane, agents and proxies, from the charts of Istio that it
 * carries with it.
 */
import type {
    Behaviour,
    Labels,
    MadeBudget,
    MadeObject,
    MadePods,
    MadeService,
    MadeValues,
    Resource,
    Tree,
} from "./behaviour";
import { restricted, scheduling, seccompOf, serving } from "./istio-pods";
import { waypointClass } from "./istio-waypoint";
import { tcp } from "./pods";
import { labelsAt, listAt, numberAt, present, textAt, treeAt } from "./values";

const GROUP = "sailoperator.io";
const ISTIO = `${GROUP}/Istio`;
const source =
    "sail-operator 1.30.3: resources/v1.30.3/charts/{istiod,cni,ztunnel}, controllers; istio 1.30.3: pilot/pkg/config/kube/gateway/deploymentcontroller.go";

/** Classes that istiod makes by itself (pilot/pkg/config/kube/gateway/gatewayclass.go). */
const CLASSES = ["istio", "istio-remote", waypointClass];

/** Both charts of the nodes: every node, whatever is wrong with it. */
const EVERY_NODE = [
    { effect: "NoSchedule", operator: "Exists" },
    { key: "CriticalAddonsOnly", operator: "Exists" },
    { effect: "NoExecute", operator: "Exists" },
];

/** Requests where the resource names none (values.yaml of each chart). */
const DEFAULTS = {
    istiod: { requests: { cpu: "500m", memory: "2048Mi" } },
    cni: { requests: { cpu: "100m", memory: "100Mi" } },
    ztunnel: { requests: { cpu: "200m", memory: "512Mi" } },
} as const;

/** `v1.30.3` as the tag of Istio's images. */
function imageOf(name: string, { spec }: Resource, variant = ""): string {
    const version = (textAt(spec, "version") ?? "v1.30.3").replace(/^v/, "");
    return `registry.istio.io/release/${name}:${version}${variant}`;
}

/** istiod/templates/deployment.yaml. */
function istiodPods(istio: Resource): MadePods[] {
    const { spec } = istio;
    const pilot = treeAt(spec, "values", "pilot");
    const autoscaled = pilot.autoscaleEnabled !== false;
    const count = autoscaled
        ? numberAt(1, pilot, "autoscaleMin")
        : numberAt(1, pilot, "replicaCount");
    const surge = pilot.rollingMaxSurge ?? "100%";
    const priority = textAt(spec, "values", "global", "priorityClassName");
    return [
        {
            part: "istiod",
            name: "istiod",
            namespace: textAt(spec, "namespace") ?? "istio-system",
            labels: {
                ...labelsAt(pilot, "podLabels"),
                app: "istiod",
                istio: "pilot",
                "istio.io/dataplane-mode": "none",
                "app.kubernetes.io/name": "istiod",
                "app.kubernetes.io/instance": `${istio.metadata.name}-istiod`,
                "app.kubernetes.io/part-of": "istio",
                "app.kubernetes.io/managed-by": "sail-operator",
            },
            count,
            most: Math.max(
                autoscaled ? numberAt(5, pilot, "autoscaleMax") : count,
                count + (typeof surge === "number" ? surge : count),
            ),
            pod: {
                serviceAccountName: "istiod",
                ...present({ priorityClassName: priority }),
                ...scheduling(pilot, ["affinity", "nodeSelector", "topologySpreadConstraints"]),
                tolerations: [
                    { key: "cni.istio.io/not-ready", operator: "Exists" },
                    ...listAt(pilot, "tolerations"),
                ],
                containers: [
                    serving(
                        "discovery",
                        pilot.resources ?? DEFAULTS.istiod,
                        imageOf("pilot", istio, "-distroless"),
                        { path: "/ready", port: 8080 },
                        { securityContext: { ...restricted, ...seccompOf(pilot) } },
                    ),
                ],
            },
            ports: [
                tcp(8080, "http-debug"),
                tcp(15_010, "grpc-xds"),
                tcp(15_012, "tls-xds"),
                tcp(15_014, "http-monitoring"),
                tcp(15_017, "https-webhooks"),
            ],
            usesApi: true,
        },
    ];
}

/** istiod/templates/service.yaml. */
function istiodService({ spec }: Resource): MadeService[] {
    return [
        {
            name: "istiod",
            namespace: textAt(spec, "namespace") ?? "istio-system",
            selector: { app: "istiod", istio: "pilot" },
            ports: [
                { name: "grpc-xds", port: 15_010, target: 15_010 },
                { name: "https-dns", port: 15_012, target: 15_012 },
                { name: "https-webhook", port: 443, target: 15_017 },
                { name: "http-monitoring", port: 15_014, target: 15_014 },
            ],
        },
    ];
}

/** istiod/templates/poddisruptionbudget.yaml; on by default for more than one. */
function istiodBudget(istio: Resource): MadeBudget[] {
    const { spec } = istio;
    const [pods] = istiodPods(istio);
    const enabled =
        treeAt(spec, "values", "global", "defaultPodDisruptionBudget").enabled !== false;
    return enabled && pods !== undefined && pods.count > 1
        ? [{ name: "istiod", selector: { app: "istiod", istio: "pilot" }, minAvailable: 1 }]
        : [];
}

/** Its authority, which istiod makes where no other is given (security/pkg/pki/ca/ca.go). */
function istiodSecrets({ spec }: Resource): MadeValues[] {
    const namespace = textAt(spec, "namespace") ?? "istio-system";
    return [{ name: "istio-ca-secret", namespace }];
}

/** The agents of a node and the proxies are alike in all but what they may. */
function nodePods(part: {
    readonly resource: Resource;
    readonly home: string;
    readonly name: string;
    readonly labels: Labels;
    readonly container: Tree;
    readonly ports: MadePods["ports"];
    readonly usesApi?: true;
    readonly values: Tree;
}): MadePods[] {
    const { resource, home, name, labels, container: only, ports, usesApi, values } = part;
    return [
        {
            part: "agents",
            name,
            namespace: textAt(resource.spec, "namespace") ?? home,
            labels: {
                ...labelsAt(values, "podLabels"),
                ...labels,
                "istio.io/dataplane-mode": "none",
                "app.kubernetes.io/part-of": "istio",
                "app.kubernetes.io/managed-by": "sail-operator",
            },
            count: 1,
            perNode: "DaemonSet",
            local: true,
            pod: {
                serviceAccountName: name === "ztunnel" ? "ztunnel" : "istio-cni",
                priorityClassName: "system-node-critical",
                terminationGracePeriodSeconds: 30,
                tolerations: values.tolerations ?? EVERY_NODE,
                ...scheduling(values, ["affinity", "nodeSelector"]),
                containers: [only],
            },
            ports,
            ...(usesApi === undefined ? {} : { usesApi }),
        },
    ];
}

/** cni/templates/daemonset.yaml. */
function cniPods(resource: Resource): MadePods[] {
    const values = treeAt(resource.spec, "values", "cni");
    return nodePods({
        resource,
        values,
        home: "istio-cni",
        name: "istio-cni-node",
        labels: { "k8s-app": "istio-cni-node", "app.kubernetes.io/name": "istio-cni" },
        container: serving(
            "install-cni",
            values.resources ?? DEFAULTS.cni,
            imageOf("install-cni", resource, "-distroless"),
            { path: "/readyz", port: 8000 },
            {
                securityContext: {
                    privileged: false,
                    runAsUser: 0,
                    runAsGroup: 0,
                    runAsNonRoot: false,
                    capabilities: {
                        drop: ["ALL"],
                        add: ["NET_ADMIN", "NET_RAW", "SYS_PTRACE", "SYS_ADMIN", "DAC_OVERRIDE"],
                    },
                    ...seccompOf(values),
                },
            },
        ),
        ports: [tcp(15_014, "metrics"), tcp(8000)],
        usesApi: true,
    });
}

/** ztunnel/templates/daemonset.yaml. */
function ztunnelPods(resource: Resource): MadePods[] {
    const values = treeAt(resource.spec, "values", "ztunnel");
    return nodePods({
        resource,
        values,
        home: "ztunnel",
        name: "ztunnel",
        labels: { app: "ztunnel", "app.kubernetes.io/name": "ztunnel" },
        container: serving(
            "istio-proxy",
            values.resources ?? DEFAULTS.ztunnel,
            imageOf("ztunnel", resource, "-distroless"),
            { path: "/healthz/ready", port: 15_021 },
            {
                securityContext: {
                    privileged: false,
                    allowPrivilegeEscalation: true,
                    readOnlyRootFilesystem: true,
                    runAsUser: 0,
                    runAsGroup: 1337,
                    runAsNonRoot: false,
                    capabilities: { drop: ["ALL"], add: ["NET_ADMIN", "SYS_ADMIN", "NET_RAW"] },
                },
            },
        ),
        ports: [tcp(15_020, "ztunnel-stats"), tcp(15_021)],
    });
}

/** The account that a chart makes beside its pods. */
function accountOf(name: string, home: string) {
    return ({ spec }: Resource): MadeObject[] => [
        { kind: "/ServiceAccount", name, namespace: textAt(spec, "namespace") ?? home },
    ];
}

/** The rooms of the kinds. */
export const sail: readonly Behaviour[] = [
    {
        kind: ISTIO,
        source,
        pods: istiodPods,
        services: istiodService,
        budgets: istiodBudget,
        secrets: istiodSecrets,
        objects: (istio): MadeObject[] => [
            ...accountOf("istiod", "istio-system")(istio),
            ...CLASSES.map((name) => ({ kind: "gateway.networking.k8s.io/GatewayClass", name })),
        ],
    },
    {
        kind: `${GROUP}/IstioRevision`,
        source,
        pods: () => "an Istio makes it; what it makes by itself stands in no room of operators/",
    },
    {
        kind: `${GROUP}/IstioCNI`,
        source,
        pods: cniPods,
        objects: accountOf("istio-cni", "istio-cni"),
    },
    {
        kind: `${GROUP}/ZTunnel`,
        source,
        pods: ztunnelPods,
        objects: accountOf("ztunnel", "ztunnel"),
        names: [{ path: "spec.targetRef.name", kind: ISTIO }],
    },
];
