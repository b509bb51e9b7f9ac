/** Mutations of what watches the cluster: admission, Falco, the Trivy operator and kube-bench. */
import type { Inputs, StackResource } from "../../preview/recorded-stack";
import {
    add,
    at,
    change,
    changePod,
    drop,
    isKind,
    list,
    type Mutation,
    podSpecOf,
    remove,
} from "../define";

const named =
    (kind: string, name: string) =>
    (resource: StackResource): boolean =>
        isKind(resource, kind) && at(resource.inputs, "metadata").name === name;

const falco = named("ConfigMap", "falco");
const forwarder = named("Deployment", "falcosidekick");
const trivySettings = named("ConfigMap", "trivy-operator-config");

/** Changes a line of Falco's settings. */
function falcoSetting(id: string, text: string, from: RegExp, to: string): Mutation {
    return change([id, "SEC-12", text], falco, ({ data }) => {
        const settings = data as Record<string, string>;
        settings["falco.yaml"] = (settings["falco.yaml"] ?? "").replace(from, to);
    });
}

/** Gives the forwarder another value of a variable. */
function forwarderVariable(id: string, text: string, name: string, value: string): Mutation {
    return change([id, "SEC-12", text], forwarder, (inputs) => {
        for (const container of list(podSpecOf(inputs), "containers")) {
            for (const variable of list(container, "env").filter((one) => one.name === name)) {
                variable.value = value;
            }
        }
    });
}

/** Takes the rules of a system out of Prometheus. */
function withoutRules(id: string, expected: string, text: string, name: string): Mutation {
    return change(
        [id, expected, text],
        named("monitoring.coreos.com/PrometheusRule", name),
        ({ spec }) => {
            (spec as Inputs).groups = [];
        },
    );
}

const policyGroup = "policies.kyverno.io";
const anyPolicy = named(`${policyGroup}/ValidatingPolicy`, "require-non-root");
const signatures = (resource: StackResource) =>
    isKind(resource, `${policyGroup}/ImageValidatingPolicy`);

/** SEC-05, SEC-11, SEC-12, SEC-15, CMP-02, CMP-03. */
export const detectionMutations: readonly Mutation[] = [
    add(["policy-for-nodes", "SEC-15", "asks Kyverno about what nodes report"], anyPolicy, () => ({
        apiVersion: `${policyGroup}/v1`,
        kind: "ValidatingPolicy",
        metadata: { name: "new" },
        spec: {
            matchConstraints: {
                resourceRules: [
                    {
                        apiGroups: [""],
                        apiVersions: ["v1"],
                        operations: ["UPDATE"],
                        resources: ["nodes/status"],
                    },
                ],
            },
            validations: [{ expression: "true" }],
        },
    })),
    add(["wide-exception", "SEC-05", "exempts a namespace from a policy"], anyPolicy, () => ({
        apiVersion: `${policyGroup}/v1`,
        kind: "PolicyException",
        metadata: { name: "new", namespace: "kyverno" },
        spec: {
            policyRefs: [{ kind: "ValidatingPolicy", name: "require-non-root" }],
            matchConditions: [{ name: "n8n", expression: "object.metadata.namespace == 'n8n'" }],
        },
    })),
    add(["second-engine", "SEC-05", "lets Gatekeeper refuse beside Kyverno"], anyPolicy, () => ({
        apiVersion: "constraints.gatekeeper.sh/v1beta1",
        kind: "K8sRequiredLabels",
        metadata: { name: "new" },
        spec: { match: { kinds: [{ apiGroups: [""], kinds: ["Pod"] }] } },
    })),
    remove(["unsigned-images", "SEC-05", "verifies no signature of a source"], signatures),
    change(["any-signer", "SEC-05", "takes anybody's signature"], signatures, (inputs) => {
        for (const attestor of list(inputs, "spec", "attestors")) {
            attestor.cosign = {
                keyless: { identities: [{ issuerRegExp: ".*", subjectRegExp: ".*" }] },
            };
        }
    }),
    falcoSetting(
        "kernel-module",
        "watches by a module of the kernel",
        /kind: modern_ebpf/,
        "kind: kmod",
    ),
    falcoSetting(
        "only-emergencies",
        "tells of emergencies only",
        /^priority: .*$/m,
        "priority: emergency",
    ),
    falcoSetting(
        "no-events",
        "keeps its events to itself",
        /(^http_output:\n(?: .*\n)*?  enabled: )true/m,
        "$1false",
    ),
    falcoSetting("no-rules", "has no rules", /^rules_files:\n(?:- .*\n)+/m, "rules_files: []\n"),
    changePod(
        ["untolerated-taints", "SEC-12", "watches no control plane"],
        (pod) => {
            if (list(pod, "containers").some(({ image }) => String(image).includes("/falco:"))) {
                drop(pod, "tolerations");
            }
        },
        "DaemonSet",
    ),
    forwarderVariable("no-receiver", "forwards to nobody", "ALERTMANAGER_HOSTPORT", ""),
    forwarderVariable(
        "deaf-receiver",
        "forwards emergencies only",
        "ALERTMANAGER_MINIMUMPRIORITY",
        "emergency",
    ),
    remove(["no-forwarder", "SEC-12", "forwards no events"], forwarder),
    change(["no-scans", "SEC-11", "scans no images"], trivySettings, ({ data }) => {
        (data as Inputs).OPERATOR_VULNERABILITY_SCANNER_ENABLED = "false";
    }),
    change(
        ["unscanned-namespace", "SEC-11", "leaves a namespace out"],
        named("Deployment", "trivy-operator"),
        (inputs) => {
            for (const container of list(podSpecOf(inputs), "containers")) {
                for (const variable of list(container, "env")) {
                    if (variable.name === "OPERATOR_EXCLUDE_NAMESPACES") {
                        variable.value = "n8n";
                    }
                }
            }
        },
    ),
    change(
        ["no-scan-reports", "CMP-03", "reports no vulnerabilities"],
        trivySettings,
        ({ data }) => {
            (data as Inputs).OPERATOR_VULNERABILITY_SCANNER_ENABLED = "false";
        },
    ),
    withoutRules("silent-scans", "SEC-11", "tells nobody of vulnerabilities", "trivy-operator"),
    withoutRules("silent-benchmark", "CMP-02", "tells nobody of failed checks", "kube-bench"),
    remove(
        ["unchecked-control-plane", "CMP-02", "checks no control plane"],
        named("CronJob", "kube-bench-control-plane"),
    ),
    remove(
        ["unchecked-workers", "CMP-02", "checks no worker"],
        named("CronJob", "kube-bench-worker"),
    ),
    change(
        ["suspended-benchmark", "CMP-02", "no longer runs"],
        named("CronJob", "kube-bench-worker"),
        (inputs) => {
            at(inputs, "spec").suspend = true;
        },
    ),
];
