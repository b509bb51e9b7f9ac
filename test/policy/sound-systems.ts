/** Systems that guard and watch the platform, each in parts that tests replace. */
import type { Parts } from "./change";
import { type Inputs, object, platform, type Resource, resource } from "./harness";
import { running, scheduled, within } from "./sound-backups";
import { allAlerts, prometheusParts } from "./sound-monitoring";
import { soundSite } from "./sound-parts";

export const everyNode = { tolerations: [{ operator: "Exists" }] };

/** An object of Istio's security API. */
export function istio(space: string, kind: string, name: string, spec: Inputs): Resource {
    return within(space, "security.istio.io/v1", kind, name, { spec });
}

export const meshParts: Parts = {
    control: running("istio-system", "Deployment", "istiod", {
        image: "registry.istio.io/release/pilot:1.30.3-distroless",
    }),
    peers: istio("istio-system", "PeerAuthentication", "default", { mtls: { mode: "STRICT" } }),
    nothing: istio("istio-system", "AuthorizationPolicy", "allow-nothing", {}),
};

export const scannerParts: Parts = {
    ...prometheusParts,
    alerts: allAlerts,
    settings: within("trivy", "v1", "ConfigMap", "trivy-operator-config", {
        data: { OPERATOR_VULNERABILITY_SCANNER_ENABLED: "true" },
    }),
    operator: running("trivy", "Deployment", "trivy-operator", {
        image: "mirror.gcr.io/aquasec/trivy-operator:0.32.0",
        env: [
            { name: "OPERATOR_TARGET_NAMESPACES", value: "" },
            { name: "OPERATOR_EXCLUDE_NAMESPACES", value: "" },
        ],
        envFrom: [{ configMapRef: { name: "trivy-operator-config" } }],
    }),
};

export const falcoParts: Parts = {
    sensor: running(
        "falco",
        "DaemonSet",
        "falco",
        { image: "docker.io/falcosecurity/falco:0.44.1" },
        everyNode,
    ),
    settings: within("falco", "v1", "ConfigMap", "falco", {
        data: { "falco.yaml": "engine:\n  kind: modern_ebpf\nhttp_output:\n  enabled: true\n" },
    }),
    forwarder: running("falco", "Deployment", "falcosidekick", {
        image: "docker.io/falcosecurity/falcosidekick:2.32.0",
        envFrom: [{ secretRef: { name: "falcosidekick" } }],
    }),
    secret: within("falco", "v1", "Secret", "falcosidekick", {
        stringData: { ALERTMANAGER_HOSTPORT: "http://alertmanager.monitoring:9093" },
    }),
};

/** The controller of Sealed Secrets. */
export function sealingController(...args: string[]): Resource {
    return running("sealed-secrets", "Deployment", "sealed-secrets-controller", {
        image: "docker.io/bitnami/sealed-secrets-controller:0.38.4",
        args,
    });
}

/** An Application of Argo CD. */
export function application(
    name: string,
    chart: string | undefined,
    syncPolicy: unknown,
): Resource {
    return within("argocd", "argoproj.io/v1alpha1", "Application", name, {
        spec: {
            source: { repoURL: "https://git.example.org", chart },
            destination: { server: "https://kubernetes.default.svc", namespace: `apps-${name}` },
            syncPolicy,
        },
    });
}

/** A Rollout of Argo Rollouts. */
export function rollout(strategy: Inputs): Resource {
    return within("apps", "argoproj.io/v1alpha1", "Rollout", "web", { spec: { strategy } });
}

export const automatic = { automated: { selfHeal: true }, retry: { limit: 5 } };
export const analysis = { templates: [{ templateName: "errors" }] };

export const deliveryParts: Parts = {
    web: application("web", undefined, automatic),
    network: application("network", "cilium", { retry: { limit: 5 } }),
    rollout: rollout({ canary: { steps: [{ setWeight: 20 }, { analysis }] } }),
    template: within("apps", "argoproj.io/v1alpha1", "AnalysisTemplate", "errors", {
        spec: { metrics: [{ name: "errors", successCondition: "result[0] < 0.01" }] },
    }),
};

/** Loki's settings. */
export function loki(text: unknown): Resource {
    return within("logging", "v1", "ConfigMap", "loki", { data: { "config.yaml": text } });
}

export const collectorParts: Parts = {
    collector: running(
        "logging",
        "DaemonSet",
        "alloy",
        { image: "docker.io/grafana/alloy:v1.18.0" },
        {
            ...everyNode,
            volumes: [
                { name: "logs", hostPath: { path: "/var/log" } },
                { name: "config", configMap: { name: "alloy" } },
            ],
        },
    ),
    sources: within("logging", "v1", "ConfigMap", "alloy", {
        data: { "config.alloy": 'path = "/var/log/audit/kube/*.log"' },
    }),
    store: running("logging", "StatefulSet", "loki", { image: "docker.io/grafana/loki:3.8.0" }),
    loki: loki(
        "schema_config: {}\nlimits_config:\n  retention_period: 744h\ncompactor:\n  retention_enabled: true\n",
    ),
};

export const CONTROL_PLANE = "node-role.kubernetes.io/control-plane";

/** A job of kube-bench. */
export function benchmarkJob(name: string, pod: Inputs): Resource {
    const image = "docker.io/aquasec/kube-bench:v0.15.6";
    return scheduled("kube-bench", name, "0 3 * * 0", { image }, pod);
}

export const benchmarkParts: Parts = {
    ...prometheusParts,
    alerts: allAlerts,
    control: benchmarkJob("control-plane", {
        nodeSelector: { [CONTROL_PLANE]: "" },
        tolerations: [{ key: CONTROL_PLANE, operator: "Exists" }],
    }),
    workers: benchmarkJob("workers", {}),
};

/** A controller of Kyverno. */
export function kyverno(name: string, ...args: string[]): Resource {
    return running("kyverno", "Deployment", name, {
        image: `reg.kyverno.io/kyverno/${name}:v1.19.0`,
        args,
    });
}

export const reportParts: Parts = {
    admission: kyverno("kyverno"),
    reports: kyverno("reports-controller", "--policyReports=true"),
    trivy: running("trivy", "Deployment", "trivy-operator", { image: "a/trivy-operator:0.32.0" }),
};

export const priceParts: Parts = {
    // 5 W for a core at 0.3 EUR: 1.095 EUR a month.
    platform: platform(soundSite),
    exporter: running("opencost", "Deployment", "opencost", {
        image: "ghcr.io/opencost/opencost:1.120.1@sha256:abc",
        env: [{ name: "PRICING_CONFIGMAP_NAME", value: "custom-pricing-model" }],
    }),
    prices: within("opencost", "v1", "ConfigMap", "custom-pricing-model", {
        data: { CPU: "2.5", RAM: "0.2", storage: "0.05", provider: "custom" },
    }),
};

/** Kubecost's agent with prices of its own. */
export const kubecostParts: Parts = {
    platform: platform(soundSite),
    agent: running("kubecost", "Deployment", "kubecost-finopsagent", {
        image: "icr.io/ibm-finops/agent:v1.0.20@sha256:abc",
    }),
    prices: within("kubecost", "v1", "ConfigMap", "pricing-configs", {
        data: { customPricesEnabled: "true", CPU: "2.5", RAM: "0.2", storage: "0.05" },
    }),
};

/** The controller of Goldilocks. */
export function goldilocks(...flags: string[]): Resource {
    return running("goldilocks", "Deployment", "goldilocks-controller", {
        image: "us-docker.pkg.dev/fairwinds-ops/oss/goldilocks:v4.16.1",
        command: ["/goldilocks", "controller", ...flags],
    });
}

const component = resource("platform:base:Namespace", "apps", { tier: "app" });

export const sizingParts: Parts = {
    component,
    space: object(
        { apiVersion: "v1", kind: "Namespace", metadata: { name: "apps", labels: {} } },
        { parent: component.urn },
    ),
    controller: goldilocks("--on-by-default"),
};
