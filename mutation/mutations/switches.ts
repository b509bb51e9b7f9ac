/** Mutations of single switches that turn off what many criteria rely on. */
import { at, change, isKind, list } from "../define";
import type { Mutation } from "../define";
import type { Inputs, StackResource } from "../../preview/recorded-stack";
import { patch } from "./patches";

const named = (wanted: string, name: string) => (resource: StackResource) =>
    isKind(resource, wanted) && at(resource.inputs, "metadata").name === name;
const kind =
    (...kinds: string[]) =>
    (resource: StackResource) =>
        isKind(resource, ...kinds);
const ofType =
    (suffix: string) =>
    ({ type }: StackResource) =>
        type.endsWith(suffix);

const cilium = named("ConfigMap", "cilium-config");
const agents = named("DaemonSet", "cilium");
const kyverno = named("ConfigMap", "kyverno");
const cluster = kind("CephCluster");
const pools = kind("CephBlockPool");
const machine = ofType(":VmLegacy");

/** One key of a ConfigMap. */
function setting(
    [id, expected, text]: readonly [string, string, string],
    filter: (resource: StackResource) => boolean,
    key: string,
    value: string,
): Mutation {
    return change([id, expected, text], filter, ({ data }) => {
        (data as Inputs)[key] = value;
    });
}

const apiServer = (extraArgs: Inputs) => ({ cluster: { apiServer: { extraArgs } } });

/** Makes a webhook ask about all pods, while it fails closed. */
function askAboutPods(inputs: Inputs): void {
    for (const webhook of list(inputs, "webhooks")) {
        Reflect.deleteProperty(webhook, "namespaceSelector");
        webhook.failurePolicy = undefined;
        webhook.rules = [
            {
                apiGroups: [""],
                apiVersions: ["v1"],
                operations: ["CREATE"],
                resources: ["pods", "pods/binding"],
            },
        ];
    }
}

/** SEC-05, SEC-08, SEC-13, SEC-15, HA-10, HA-11, IAC-02, IAC-05, TEN-01, SEC-04. */
export const switchMutations: readonly Mutation[] = [
    change(
        ["closed-webhook", "SEC-15", "asks its own webhook about every pod"],
        kind("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"),
        askAboutPods,
    ),
    setting(
        ["no-network-policies", "SEC-08", "ignores network policies"],
        cilium,
        "enable-k8s-networkpolicy",
        "false",
    ),
    setting(
        ["plain-hubble", "SEC-08", "shows flows to anybody"],
        cilium,
        "hubble-disable-tls",
        "true",
    ),
    change(["policy-argument", "SEC-08", "enforces nothing, by an argument"], agents, (inputs) => {
        const [agent] = list(inputs, "spec", "template", "spec", "containers");
        Object.assign(agent ?? {}, { args: [...list(agent, "args"), "--enable-policy=never"] });
    }),
    change(["plain-messenger", "SEC-08", "moves data in plain text"], cluster, (inputs) => {
        at(inputs, "spec", "network", "connections").encryption = { enabled: false };
    }),
    change(["plain-osds", "SEC-13", "writes data in plain text"], cluster, (inputs) => {
        at(inputs, "spec", "storage", "config").encryptedDevice = "false";
    }),
    change(["confirmed-destruction", "IAC-05", "says that data may go"], cluster, (inputs) => {
        at(inputs, "spec", "cleanupPolicy").confirmation = "yes-really-destroy-data";
    }),
    change(
        ["no-checksums-of-one", "HA-10", "turns checksums off for a disk"],
        cluster,
        (inputs) => {
            at(inputs, "spec", "cephConfig")["osd.0"] = { "bluestore csum type": "none" };
        },
    ),
    change(["size-parameter", "HA-10", "keeps one copy, by a parameter"], pools, (inputs) => {
        at(inputs, "spec", "parameters").size = "1";
    }),
    setting(
        ["spared-group", "SEC-05", "spares a group from admission"],
        kyverno,
        "excludeGroups",
        "system:nodes,system:serviceaccounts",
    ),
    setting(
        ["spared-pods", "SEC-05", "spares pods by name from admission"],
        kyverno,
        "resourceFilters",
        "[Pod,n8n,n8n-*]",
    ),
    setting(
        ["told-of-nothing", "HA-08", "tells Rook to give a container nothing"],
        named("ConfigMap", "rook-ceph-operator-config"),
        "CSI_RBD_PROVISIONER_RESOURCE",
        "- name: csi-provisioner\n  resource: {}",
    ),
    change(
        ["external-addresses", "SEC-10", "takes the traffic of a name server"],
        kind("/Service"),
        (inputs) => {
            at(inputs, "spec").externalIPs = ["1.1.1.1"];
        },
    ),
    patch(
        ["always-allow", "SEC-13", "allows everything"],
        apiServer({ "authorization-mode": "AlwaysAllow" }),
    ),
    patch(
        ["no-plugins", "SEC-13", "turns admission plugins off"],
        apiServer({ "disable-admission-plugins": "PodSecurity,ResourceQuota" }),
    ),
    patch(
        ["anonymous-requests", "SEC-13", "lets anonymous in"],
        apiServer({ "anonymous-auth": "true" }),
    ),
    patch(
        ["bare-groups", "SEC-13", "takes groups of people as the issuer names them"],
        apiServer({
            "oidc-issuer-url": "https://auth.example.org",
            "oidc-client-id": "kubernetes",
            "oidc-groups-claim": "groups",
        }),
    ),
    patch(["no-audit-file", "SEC-13", "logs nothing"], apiServer({ "audit-log-path": "" })),
    patch(["no-talos-roles", "SEC-13", "asks Talos' clients for no role"], {
        machine: { features: { rbac: false } },
    }),
    patch(["talos-owner", "SEC-13", "gives pods the role os:admin"], {
        machine: {
            features: { kubernetesTalosAPIAccess: { enabled: true, allowedRoles: ["os:admin"] } },
        },
    }),
    patch(["exempted-namespace", "SEC-13", "exempts a namespace from PodSecurity"], {
        cluster: {
            apiServer: {
                admissionControl: [
                    {
                        name: "PodSecurity",
                        configuration: {
                            defaults: { enforce: "baseline" },
                            exemptions: { namespaces: ["n8n"] },
                        },
                    },
                ],
            },
        },
    }),
    change(
        ["unchecked-proxmox", "SEC-13", "trusts any certificate of Proxmox"],
        ofType("providers:proxmoxve"),
        (inputs) => {
            inputs.insecure = "true";
        },
    ),
    change(["smaller-machine", "HA-11", "has half of its memory"], machine, (inputs) => {
        at(inputs, "memory").dedicated = 2048;
    }),
    change(["balloon", "HA-11", "lets its host take memory away"], machine, (inputs) => {
        at(inputs, "memory").floating = 1024;
    }),
    change(["unsafe-cache", "HA-11", "forgets what it wrote"], machine, (inputs) => {
        for (const disk of list(inputs, "disks")) {
            disk.cache = "unsafe";
        }
    }),
    change(["manual-start", "HA-11", "stays off after a power cut"], machine, (inputs) => {
        inputs.onBoot = false;
    }),
    change(["removable-machine", "IAC-05", "may be removed by hand"], machine, (inputs) => {
        inputs.protection = false;
    }),
    change(["empty-quota", "TEN-01", "bounds nothing"], kind("ResourceQuota"), (inputs) => {
        at(inputs, "spec").hard = {};
    }),
    change(["scoped-quota", "TEN-01", "bounds some pods"], kind("ResourceQuota"), (inputs) => {
        at(inputs, "spec").scopes = ["BestEffort"];
    }),
    change(["empty-range", "TEN-01", "limits nothing"], kind("LimitRange"), (inputs) => {
        at(inputs, "spec").limits = [];
    }),
    change(
        ["handed-image", "SEC-04", "hands a stranger's image to an operator"],
        named("ConfigMap", "rook-csi-operator-image-set-configmap"),
        ({ data }) => {
            (data as Inputs).plugin = "someone/cephcsi:v3.17.0";
        },
    ),
    change(
        ["handed-latest", "IAC-02", "hands a moving image to an operator"],
        named("Deployment", "redis-operator"),
        (inputs) => {
            const [operator] = list(inputs, "spec", "template", "spec", "containers");
            for (const variable of list(operator, "env")) {
                if (variable.name === "INIT_CONTAINER_IMAGE") {
                    variable.value = "quay.io/opstree/redis-operator:latest";
                }
            }
        },
    ),
];
