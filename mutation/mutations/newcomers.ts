/** Mutations by half of a system: with the first of it, its criteria turn on and find what lacks. */
import { add, at, change, drop, isKind, podSpecOf, list } from "../define";
import type { Mutation } from "../define";
import type { Inputs, StackResource } from "../../preview/recorded-stack";

/** The namespace of an application, beside which everything new is put. */
const application = (resource: StackResource) =>
    isKind(resource, "/Namespace") && at(resource.inputs, "metadata").name === "n8n";

function object(apiVersion: string, kind: string, spec: Inputs, name = "new"): Inputs {
    return { apiVersion, kind, metadata: { name, namespace: "n8n" }, spec };
}

function running(kind: string, image: string, container: Inputs = {}, pod: Inputs = {}): Inputs {
    const spec = { containers: [{ name: "new", image, ...container }], ...pod };
    const labels = { app: "new" };
    return object("apps/v1", kind, {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec },
    });
}

function schedule(ttl: string, includedNamespaces: readonly string[]): Inputs {
    const template = { ttl, includedNamespaces };
    return object("velero.io/v1", "Schedule", { schedule: "@hourly", template });
}

/** A Prometheus that takes everything there is. */
const prometheus = object("monitoring.coreos.com/v1", "Prometheus", {
    replicas: 1,
    retention: "30d",
    serviceMonitorSelector: {},
    ruleSelector: {},
});

function alert(changes: Inputs): Inputs {
    const rule = { alert: "New", expr: "up == 0", labels: { severity: "critical" }, ...changes };
    return object("monitoring.coreos.com/v1", "PrometheusRule", {
        groups: [{ name: "new", rules: [rule] }],
    });
}

function beside(
    id: string,
    expected: string,
    text: string,
    make: Inputs | readonly Inputs[],
): Mutation {
    return add([id, expected, text], application, () => make);
}

function program(wanted: string) {
    return (resource: StackResource) =>
        list(podSpecOf(resource.inputs), "containers").some(({ image }) =>
            String(image).includes(`/${wanted}:`),
        );
}

/** Replaces the arguments that start like one. */
function setArgument(start: string, ...words: readonly string[]) {
    return (inputs: Inputs) => {
        for (const container of list(podSpecOf(inputs), "containers")) {
            const args = container.args as string[];
            const index = args.findIndex((word) => word.startsWith(start));
            args.splice(index, words.length, ...words);
        }
    };
}

const ofVelero = (kind: string) => (resource: StackResource) =>
    isKind(resource, `velero.io/${kind}`);

const GATEWAY = "gateway.networking.k8s.io/v1";

/** DR, OBS, SEC-07, SEC-09 to 12, SEC-14, CI, CMP-02 and 03, COST-01, COST-03, DOC-01. */
export const newcomerMutations: readonly Mutation[] = [
    change(["two-tiers-less", "DR-01", "pauses a tier"], ofVelero("Schedule"), ({ spec }) => {
        (spec as Inputs).paused = true;
    }),
    change(
        ["uncovered-state", "DR-02", "backs up another namespace"],
        (resource) =>
            ofVelero("Schedule")(resource) && at(resource.inputs, "metadata").name === "tier-0",
        (inputs) => {
            at(inputs, "spec", "template").includedNamespaces = ["other"];
        },
    ),
    change(
        ["published-password", "DR-03", "encrypts backups with the password of Velero's source"],
        ({ inputs, ...resource }) =>
            isKind({ inputs, ...resource }, "/Secret") &&
            at(inputs, "metadata").name === "velero-repo-credentials",
        (inputs) => {
            inputs.metadata = { ...at(inputs, "metadata"), name: "another" };
        },
    ),
    change(
        ["backups-inside", "DR-04", "backs up into the cluster itself"],
        ofVelero("BackupStorageLocation"),
        (inputs) => {
            at(inputs, "spec", "config").s3Url = "https://rook-ceph-rgw.rook-ceph.svc";
        },
    ),
    beside(
        "rare-etcd-snapshots",
        "DR-05",
        "saves etcd once a day, in plain text",
        object("batch/v1", "CronJob", {
            schedule: "0 3 * * *",
            jobTemplate: {
                spec: {
                    template: {
                        spec: {
                            restartPolicy: "Never",
                            containers: [
                                {
                                    name: "backup",
                                    image: "ghcr.io/siderolabs/talos-backup:v0.1.0",
                                    env: [{ name: "DISABLE_ENCRYPTION", value: "true" }],
                                },
                            ],
                        },
                    },
                },
            },
        }),
    ),
    change(
        ["unarchived-database", "DR-06", "stops the archive of a database"],
        (resource) => isKind(resource, "postgresql.cnpg.io/Cluster"),
        ({ spec }) => {
            drop(spec as Inputs, "plugins");
        },
    ),
    beside("five-fields", "DR-06", "schedules base backups as a CronJob would", [
        schedule("168h", ["n8n"]),
        object("postgresql.cnpg.io/v1", "ScheduledBackup", {
            schedule: "0 2 * * *",
            cluster: { name: "n8n-db" },
        }),
    ]),
    beside("slow-tier", "DR-08", "backs tier 0 up once a day", {
        ...schedule("168h", ["n8n"]),
        spec: { schedule: "@daily", template: { ttl: "168h" } },
    }),
    change(
        ["silent-backups", "DR-09", "hears nothing of backups"],
        ({ inputs, ...resource }) =>
            isKind({ inputs, ...resource }, "monitoring.coreos.com/PrometheusRule") &&
            at(inputs, "metadata").name === "velero",
        ({ spec }) => {
            (spec as Inputs).groups = [];
        },
    ),
    beside("short-metrics", "OBS-03", "keeps metrics nowhere else", prometheus),
    beside("silent-alert", "OBS-06", "adds an alert without a text", alert({})),
    beside(
        "no-runbook",
        "DOC-01",
        "links to a runbook that is not there",
        alert({ annotations: { runbook_url: "https://example.org/docs/runbooks/never.md" } }),
    ),
    beside(
        "plain-listener",
        "SEC-09",
        "listens without TLS",
        object(GATEWAY, "Gateway", {
            listeners: [{ name: "tcp", protocol: "TCP", port: 80 }],
        }),
    ),
    beside(
        "open-route",
        "SEC-10",
        "publishes a route without sign-on",
        object(GATEWAY, "HTTPRoute", { rules: [{ backendRefs: [{ name: "n8n", port: 5678 }] }] }),
    ),
    beside(
        "half-scanned",
        "SEC-11",
        "scans one namespace",
        running("Deployment", "mirror.gcr.io/aquasec/trivy-operator:0.32.0", {
            env: [{ name: "OPERATOR_TARGET_NAMESPACES", value: "n8n" }],
        }),
    ),
    beside(
        "half-watched",
        "SEC-12",
        "watches only workers",
        running("DaemonSet", "docker.io/falcosecurity/falco:0.44.1"),
    ),
    change(
        ["no-key-renewal", "SEC-14", "keeps one sealing key for ever"],
        program("sealed-secrets-controller"),
        setArgument("--key-renew-period", "--key-renew-period", "0"),
    ),
    change(
        ["unwatched-secrets", "SEC-14", "tells nobody of secrets that are overdue"],
        (resource) =>
            isKind(resource, "monitoring.coreos.com/PrometheusRule") &&
            JSON.stringify(resource.inputs).includes('"SecretRenewalDue"'),
        (inputs) => {
            for (const group of list(at(inputs, "spec"), "groups")) {
                group.rules = list(group, "rules").filter(
                    ({ alert: name }) => !String(name).startsWith("SecretRenewal"),
                );
            }
        },
    ),
    change(
        ["ageless-secret", "SEC-14", "records the age of all secrets but one"],
        (resource) =>
            isKind(resource, "monitoring.coreos.com/PrometheusRule") &&
            at(resource.inputs, "metadata").name === "secret-ages",
        (inputs) => {
            for (const group of list(at(inputs, "spec"), "groups")) {
                group.rules = list(group, "rules").slice(2);
            }
        },
    ),
    beside(
        "automatic-network",
        "CI-01",
        "changes the network by itself",
        object("argoproj.io/v1alpha1", "Application", {
            source: { chart: "cilium" },
            syncPolicy: { automated: {} },
        }),
    ),
    beside(
        "blind-rollout",
        "CI-02",
        "rolls out without looking",
        object("argoproj.io/v1alpha1", "Rollout", { strategy: { canary: { steps: [] } } }),
    ),
    beside(
        "single-benchmark",
        "CMP-02",
        "runs the benchmark once",
        object("batch/v1", "Job", {
            template: {
                spec: {
                    containers: [{ name: "new", image: "docker.io/aquasec/kube-bench:v0.15.6" }],
                },
            },
        }),
    ),
    change(
        ["no-policy-reports", "CMP-03", "writes no reports of policies"],
        program("reports-controller"),
        setArgument("--policyReports", "--policyReports=false"),
    ),
    beside(
        "foreign-prices",
        "COST-01",
        "counts with the prices of a cloud",
        running("Deployment", "ghcr.io/opencost/opencost:1.120.1"),
    ),
    beside(
        "foreign-prices-of-kubecost",
        "COST-01",
        "counts with the prices of a cloud in Kubecost",
        running("Deployment", "icr.io/ibm-finops/agent:v1.0.20"),
    ),
    change(
        ["prices-of-an-hour", "COST-01", "gives prices of an hour where those of a month are read"],
        (resource) =>
            isKind(resource, "/ConfigMap") &&
            at(resource.inputs, "metadata").name === "custom-pricing-model",
        (inputs) => {
            const data = at(inputs, "data");
            inputs.data = { ...data, CPU: String(Number(data.CPU) / 730) };
        },
    ),
    change(
        ["no-recommendations", "COST-03", "recommends for no namespace"],
        (resource) =>
            isKind(resource, "apps/Deployment") &&
            at(resource.inputs, "metadata").name === "goldilocks-controller",
        (inputs) => {
            for (const container of list(podSpecOf(inputs), "containers")) {
                container.command = (container.command as string[]).filter(
                    (word) => !word.startsWith("--on-by-default"),
                );
            }
        },
    ),
];
