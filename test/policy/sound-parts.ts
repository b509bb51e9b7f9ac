/** The parts of a sound stack beside its plain workloads: machines, Ceph, Cilium, Kyverno, roles. */
import { allowedRegistries } from "../../trust/registries";
import {
    deployment,
    type Inputs,
    object,
    resource,
    type Resource,
    standardLabels,
    system,
} from "./harness";

/** The node list of a site with one machine of each role on each of three hosts. */
export const soundSite: Inputs = {
    hosts: ["pve1", "pve2", "pve3"],
    podNetwork: "10.244.0.0/16",
    nodes: [
        ...[1, 2, 3].map((number) => node(`control-${number}`, "controlPlane", number, [])),
        // One more than the three that monitors and critical replicas need.
        ...[1, 2, 3, 4].map((number) =>
            node(`worker-${number}`, "worker", number + 3, [{ purpose: "ceph", size: 500 }]),
        ),
    ],
    cost: {
        currency: "EUR",
        kilowattHour: 0.3,
        wattsPerCore: 5,
        wattsPerGibibyte: 0.5,
        hardware: 10,
        monthlyBudget: 1000,
    },
};

function node(name: string, role: string, last: number, disks: readonly Inputs[]): Inputs {
    return {
        name,
        role,
        host: `pve${((last - 1) % 3) + 1}`,
        address: `192.168.68.10${last}`,
        cores: 2,
        memory: 2048,
        disks: [{ purpose: "system", size: 60 }, ...disks],
    };
}

/** Keeps pods with the labels on different Proxmox hosts. */
export function overHosts(matchLabels: Inputs): Inputs {
    return {
        topologySpreadConstraints: [
            {
                maxSkew: 1,
                topologyKey: "topology.kubernetes.io/zone",
                whenUnsatisfiable: "DoNotSchedule",
                nodeTaintsPolicy: "Honor",
                labelSelector: { matchLabels },
            },
        ],
    };
}

/** The patches of a control plane. */
export function soundPatches(): Inputs[] {
    const encryption = { provider: "luks2", keys: [{ slot: 0, nodeID: {} }] };
    const apiVersion = "v1alpha1";
    return [
        {
            machine: { kubelet: { extraArgs: { "rotate-server-certificates": "true" } } },
            cluster: {
                apiServer: {
                    auditPolicy: { rules: [{ level: "Metadata" }] },
                    admissionControl: [
                        {
                            name: "PodSecurity",
                            configuration: { defaults: { enforce: "baseline" } },
                        },
                    ],
                },
            },
        },
        { apiVersion, kind: "VolumeConfig", name: "STATE", encryption },
        { apiVersion, kind: "VolumeConfig", name: "EPHEMERAL", encryption },
        { apiVersion, kind: "NetworkDefaultActionConfig", ingress: "block" },
        {
            apiVersion,
            kind: "NetworkRuleConfig",
            name: "talos-api",
            portSelector: { ports: [50000], protocol: "tcp" },
            ingress: [{ subnet: "192.168.68.0/24" }],
        },
    ];
}

/** One control plane with its firewall and its configuration. */
export function soundMachine(patches: readonly unknown[] = soundPatches()): Resource[] {
    const owner = { nodeName: "pve1", vmId: 101 };
    const inside = { parent: system.urn };
    return [
        resource(
            "proxmoxve:index/vmLegacy:VmLegacy",
            "control-1",
            {
                ...owner,
                networkDevices: [{ bridge: "vmbr0", firewall: true }],
                cpu: { cores: 2 },
                memory: { dedicated: 2048, floating: 0 },
                disks: [{ interface: "scsi0", size: 60, cache: "none" }],
                onBoot: true,
                started: true,
                protection: true,
            },
            { ...inside, protect: true },
        ),
        resource(
            "proxmoxve:firewall/optionsLegacy:OptionsLegacy",
            "control-1",
            { ...owner, enabled: true, inputPolicy: "DROP" },
            inside,
        ),
        resource(
            "proxmoxve:firewall/rulesLegacy:RulesLegacy",
            "control-1",
            { ...owner, rules: [{ type: "in", action: "ACCEPT", source: "192.168.68.0/24" }] },
            inside,
        ),
        resource(
            "talos:machine/configurationApply:ConfigurationApply",
            "control-1",
            {
                node: "192.168.68.101",
                configPatches: patches.map((patch) =>
                    typeof patch === "string" ? patch : JSON.stringify(patch),
                ),
            },
            inside,
        ),
    ];
}

function clusterWide(
    apiVersion: string,
    kind: string,
    name: string,
    rest: Inputs,
    options = {},
): Resource {
    const metadata = { name, labels: standardLabels };
    return object({ apiVersion, kind, metadata, ...rest }, options);
}

export function definition(name: string, group: string, kind: string, scope: string): Resource {
    return clusterWide("apiextensions.k8s.io/v1", "CustomResourceDefinition", name, {
        spec: { group, scope, names: { kind }, versions: [{ name: "v1", served: true }] },
    });
}

/** A Ceph cluster of three nodes. */
export function soundCeph(spec: Inputs = {}): Resource[] {
    const crd = definition(
        "cephclusters.ceph.rook.io",
        "ceph.rook.io",
        "CephCluster",
        "Namespaced",
    );
    // Small: the quota of a tenant must admit them, updates included.
    const amount = { cpu: "10m", memory: "32Mi" };
    const amounts = { requests: amount, limits: amount };
    return [
        crd,
        object(
            {
                apiVersion: "ceph.rook.io/v1",
                kind: "CephCluster",
                metadata: { name: "ceph", namespace: "apps", labels: standardLabels },
                spec: {
                    cephVersion: { image: "quay.io/ceph/ceph:v20.2.4" },
                    mon: { count: 3, allowMultiplePerNode: false },
                    placement: { mon: overHosts({ app: "rook-ceph-mon" }) },
                    mgr: { count: 2, allowMultiplePerNode: false },
                    network: { connections: { encryption: { enabled: true } } },
                    storage: {
                        config: { encryptedDevice: "true" },
                        useAllNodes: false,
                        nodes: [1, 2, 3].map((number) => ({ name: `worker-${number}` })),
                    },
                    cephConfig: { osd: { bluestore_csum_type: "crc32c" } },
                    crashCollector: { daysToRetain: 30 },
                    disruptionManagement: { managePodBudgets: true },
                    priorityClassNames: { all: "system-cluster-critical" },
                    resources: Object.fromEntries(
                        [
                            "mon",
                            "mgr",
                            "mgr-sidecar",
                            "osd",
                            "prepareosd",
                            "crashcollector",
                            "exporter",
                            "cmd-reporter",
                        ].map((daemon) => [daemon, amounts]),
                    ),
                    ...spec,
                },
            },
            { protect: true, dependsOn: [crd.urn] },
        ),
    ];
}

/** The settings of Cilium's agents. */
export function soundCilium(data: Inputs = {}): Resource {
    return object({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "cilium-config", namespace: "apps", labels: standardLabels },
        data: {
            "enable-wireguard": "true",
            "policy-audit-mode": "false",
            "enable-hubble": "true",
            "hubble-metrics": "drop flow",
            "hubble-metrics-server": ":9965",
            "policy-cidr-match-mode": "nodes",
            ...data,
        },
    });
}

/** All eight rules in one expression. */
const everything = [
    "variables.all.all(c, c.?resources.?limits.?memory.hasValue())",
    "variables.all.all(c, c.?securityContext.?privileged.orValue(false) == false)",
    "variables.all.all(c, c.?securityContext.?runAsNonRoot.orValue(false) == true)",
    "variables.all.all(c, c.?securityContext.?readOnlyRootFilesystem.orValue(false) == true)",
    `variables.all.all(c, ${JSON.stringify(allowedRegistries)}.exists(r, c.image.startsWith(r)))`,
    "variables.all.all(c, c.image.matches(':[^:/]+$') && !c.image.endsWith(':latest'))",
    "object.spec.?volumes.orValue([]).all(v, !has(v.hostPath))",
    "'app.kubernetes.io/name' in object.metadata.?labels.orValue({})",
].join(" && ");

/** One admission policy that refuses everything that it should. */
export function soundAdmission(spec: Inputs = {}, constraints: Inputs = {}): Resource[] {
    const group = "policies.kyverno.io";
    const crd = definition(`validatingpolicies.${group}`, group, "ValidatingPolicy", "Cluster");
    const policy = clusterWide(
        `${group}/v1`,
        "ValidatingPolicy",
        "safe-pods",
        {
            spec: {
                validationActions: ["Deny"],
                failurePolicy: "Fail",
                matchConstraints: {
                    namespaceSelector: {
                        matchExpressions: [
                            {
                                key: "kubernetes.io/metadata.name",
                                operator: "NotIn",
                                values: ["kube-system"],
                            },
                        ],
                    },
                    resourceRules: [
                        {
                            apiGroups: [""],
                            apiVersions: ["v1"],
                            operations: ["CREATE", "UPDATE"],
                            resources: ["pods"],
                        },
                    ],
                    ...constraints,
                },
                variables: [
                    {
                        name: "all",
                        expression:
                            "object.spec.containers + object.spec.?initContainers.orValue([])",
                    },
                ],
                validations: [{ expression: everything, message: "unsafe" }],
                ...spec,
            },
        },
        { dependsOn: [crd.urn] },
    );
    return [crd, policy];
}

/** Labels of the pods of Kyverno's admission controller, by its chart. */
const controllerLabels = {
    "app.kubernetes.io/part-of": "kyverno",
    "app.kubernetes.io/component": "admission-controller",
};

/** Kyverno's admission controller with its budget. */
export function soundController(replicas: unknown = 3, container: Inputs = {}): Resource[] {
    const pods = { matchLabels: controllerLabels };
    const { inputs } = deployment({ container });
    const { template } = inputs.spec as { template: { spec: Inputs } };
    const spread = {
        maxSkew: 1,
        topologyKey: "kubernetes.io/hostname",
        whenUnsatisfiable: "DoNotSchedule",
        labelSelector: pods,
    };
    const metadata = { name: "kyverno", namespace: "apps", labels: standardLabels };
    return [
        object({
            apiVersion: "apps/v1",
            kind: "Deployment",
            metadata,
            spec: {
                replicas,
                selector: pods,
                template: {
                    metadata: { labels: controllerLabels },
                    spec: { ...template.spec, topologySpreadConstraints: [spread] },
                },
            },
        }),
        object({
            apiVersion: "policy/v1",
            kind: "PodDisruptionBudget",
            metadata,
            spec: { minAvailable: 2, selector: pods },
        }),
    ];
}

const RBAC = "rbac.authorization.k8s.io";

/** What gives a role to the group that is called like it. */
function bindingOf(name: string): Resource {
    return clusterWide(`${RBAC}/v1`, "ClusterRoleBinding", name, {
        roleRef: { apiGroup: RBAC, kind: "ClusterRole", name },
        subjects: [{ apiGroup: RBAC, kind: "Group", name: `oidc:${name}` }],
    });
}

/** The four roles for people, and the groups that have them. */
export function soundRoles(): Resource[] {
    const names = ["platform-admin", "app-developer", "monitoring-reader", "storage-admin"];
    const rules = [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }];
    return names.flatMap((name) => [
        clusterWide(`${RBAC}/v1`, "ClusterRole", name, { rules }),
        ...(name === "app-developer" ? [] : [bindingOf(name)]),
    ]);
}
