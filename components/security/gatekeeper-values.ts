/** Values of the chart gatekeeper 3.23.0, and what it has none for. Pure. */
import { admissionExemptions } from "../../trust/admission-exemptions";
import { leavesDeadNode, spread } from "../base/availability";
import type { ChartValues } from "../base/chart-renderer";
import { resources } from "../base/containers";
import { type Manifest, objectKey } from "../base/object";
import { awaitingAuthority } from "../base/webhooks";
import { gatekeeperPods } from "./gatekeeper-alerts";
import { askedAbout, constraintKinds } from "./gatekeeper-policies";

export const GATEKEEPER = "gatekeeper-system";
/** Certificate and Secret that the chart mounts, and the Service that it is for. */
export const gatekeeperCertificate = "gatekeeper-webhook-server-cert";
export const gatekeeperService = "gatekeeper-webhook-service";

/** Everything else in the group of namespaces is asked about. */
const exempt = { "kubernetes.io/metadata.name": Object.keys(admissionExemptions) };

/**
 * The values.
 *
 * @param enforces refuses, and so fails closed as Kyverno does; else it only tells
 */
export function gatekeeperValues(replicas: number, enforces: boolean): ChartValues {
    return {
        replicas,
        image: { repository: "docker.io/openpolicyagent/gatekeeper" },
        // Every hook of the chart: kinds, labels of the namespace and webhooks are the program's.
        upgradeCRDs: { enabled: false },
        postInstall: { labelNamespace: { enabled: false }, probeWebhook: { enabled: false } },
        resourceQuota: false,
        // Nothing is changed on its way in, and nobody outside is asked.
        disableMutation: true,
        enableExternalData: false,
        validatingWebhookFailurePolicy: enforces ? "Fail" : "Ignore",
        // Guards a label that opts out, which only the platform may set: namespaces must come and go
        // while Gatekeeper is down.
        validatingWebhookCheckIgnoreFailurePolicy: "Ignore",
        validatingWebhookExemptNamespacesLabels: exempt,
        validatingWebhookCustomRules: askedAbout,
        validatingWebhookTimeoutSeconds: 5,
        validatingWebhookAnnotations: {
            "cert-manager.io/inject-ca-from": `${GATEKEEPER}/${gatekeeperCertificate}`,
        },
        externalCertInjection: { enabled: true, secretName: gatekeeperCertificate },
        // Every ten minutes, and only kinds that a constraint is about: it may read no others.
        auditInterval: 600,
        auditMatchKindOnly: true,
        constraintViolationsLimit: 50,
        controllerManager: {
            disableCertRotation: true,
            readinessTimeout: 5,
            livenessTimeout: 10,
            affinity: {},
            topologySpreadConstraints: spread(gatekeeperPods.webhook),
            resources: resources("50m", "192Mi", "512Mi"),
        },
        audit: {
            disableCertRotation: true,
            readinessTimeout: 5,
            livenessTimeout: 10,
            tolerations: leavesDeadNode,
            resources: resources("50m", "192Mi", "768Mi"),
        },
    };
}

const READ = ["get", "list", "watch"];
const WRITE = [...READ, "create", "delete", "patch", "update"];
const CHANGE = [...READ, "patch", "update"];

const STATUSES = [
    ...["configpodstatuses", "connectionpodstatuses", "constraintpodstatuses"],
    ...["constrainttemplatepodstatuses", "expansiontemplatepodstatuses", "mutatorpodstatuses"],
    "providerpodstatuses",
];

function rule(group: string, names: readonly string[], verbs: readonly string[]) {
    return { apiGroups: [group], resources: names, verbs };
}

/**
 * Its rights, by name. The chart lets it read everything, Secrets too, and write policies of the API
 * server; here it reads what its constraints are about, and templates make none of those.
 */
const rules = [
    rule("", ["events"], ["create", "patch"]),
    rule("", ["namespaces", "pods"], READ),
    rule("apps", ["daemonsets", "deployments", "statefulsets"], READ),
    rule("batch", ["cronjobs", "jobs"], READ),
    rule("apiextensions.k8s.io", ["customresourcedefinitions"], WRITE),
    rule("config.gatekeeper.sh", ["configs", "configs/finalizers", "configs/status"], CHANGE),
    rule("syncset.gatekeeper.sh", ["syncsets"], READ),
    rule("connection.gatekeeper.sh", ["connections"], READ),
    rule("expansion.gatekeeper.sh", ["expansiontemplates"], READ),
    rule("expansion.gatekeeper.sh", ["expansiontemplates/status"], CHANGE),
    rule("status.gatekeeper.sh", STATUSES, WRITE),
    rule(
        "templates.gatekeeper.sh",
        ["constrainttemplates", "constrainttemplates/finalizers", "constrainttemplates/status"],
        CHANGE,
    ),
    rule(
        "constraints.gatekeeper.sh",
        constraintKinds.flatMap((kind) => [kind, `${kind}/status`]),
        CHANGE,
    ),
    rule("admissionregistration.k8s.io", ["validatingwebhookconfigurations"], READ),
    // It looks whether there are some of a template, and takes them away.
    rule(
        "admissionregistration.k8s.io",
        ["validatingadmissionpolicies", "validatingadmissionpolicybindings"],
        [...READ, "delete"],
    ),
];

const RULES: Readonly<Record<string, readonly object[]>> = {
    "ClusterRole/gatekeeper-manager-role": rules,
    // Its certificate is a volume.
    [`Role/${GATEKEEPER}/gatekeeper-manager-role`]: [rule("", ["events"], ["create", "patch"])],
};

/** The chart with narrower rights; its budget is the program's. */
export function patchedGatekeeper(manifest: Manifest): Manifest | undefined {
    if (manifest.kind === "PodDisruptionBudget") {
        return undefined;
    }
    if (manifest.kind.endsWith("WebhookConfiguration")) {
        return awaitingAuthority(manifest);
    }
    const narrowed = RULES[objectKey(manifest)];
    return narrowed === undefined ? manifest : { ...manifest, rules: narrowed };
}
