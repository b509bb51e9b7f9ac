/** What the chart kube-prometheus-stack has no values for, and objects beside it. Pure. */
import type * as pulumi from "@pulumi/pulumi";
import { spread } from "../base/availability";
import { patchContainer, patchPod } from "../base/containers";
import { isRecord, type Manifest, type ManifestInput, objectKey } from "../base/object";
import { everyVerb } from "../base/verbs";
import { expiryMetric, talosconfig } from "./expiry-alerts";
import { RELEASE, stackPods } from "./kube-prometheus-stack-values";

function recordsOf(group: unknown): unknown {
    return isRecord(group) && Array.isArray(group.rules)
        ? { ...group, rules: group.rules.filter((rule) => isRecord(rule) && "record" in rule) }
        : group;
}

function isEmptyGroup(group: unknown): boolean {
    return isRecord(group) && Array.isArray(group.rules) && group.rules.length === 0;
}

/**
 * The recording rules of upstream alone: alerts are the platform's own, each with its runbook.
 * Undefined for rules that hold nothing else.
 */
export function recordsOnly(manifest: Manifest): Manifest | undefined {
    const { spec } = manifest;
    if (manifest.kind !== "PrometheusRule" || !isRecord(spec) || !Array.isArray(spec.groups)) {
        return manifest;
    }
    const groups = spec.groups.map(recordsOf).filter((group) => !isEmptyGroup(group));
    return groups.length === 0 ? undefined : { ...manifest, spec: { ...spec, groups } };
}

/**
 * A role without wildcards: the verbs that there are, one by one; the operator uses no other
 * (prometheus-operator v0.93.1: rbac.md).
 */
export function withoutWildcards(manifest: Manifest): Manifest {
    const { rules } = manifest;
    return manifest.kind === "ClusterRole" && Array.isArray(rules)
        ? {
              ...manifest,
              rules: rules.map((rule: unknown) =>
                  isRecord(rule) && Array.isArray(rule.verbs) && rule.verbs.includes("*")
                      ? { ...rule, verbs: everyVerb }
                      : rule,
              ),
          }
        : manifest;
}

/** Something that ends on a day. */
export interface Expiry {
    readonly what: string;
    /** `YYYY-MM-DD`. */
    readonly day: string;
}

function rule(what: string, expr: pulumi.Input<string>): object {
    return { record: expiryMetric, expr, labels: { what } };
}

/** The moment of an ISO date or day as PromQL; nothing at all for one that nobody knows. */
export function atMoment(date: string | undefined): string {
    return date === undefined
        ? "absent(vector(1))"
        : `vector(${Math.floor(Date.parse(date) / 1000)})`;
}

/**
 * What ends when, as rules that record it.
 *
 * @param talos expression of the talosconfig's end, an output; undefined without one
 */
export function expiryRules(
    namespace: string,
    expiries: readonly Expiry[],
    talos: pulumi.Input<string> | undefined,
): ManifestInput | undefined {
    const rules = [
        ...(talos === undefined ? [] : [rule(talosconfig, talos)]),
        ...expiries.map(({ what, day }) => rule(what, atMoment(day))),
    ];
    return rules.length === 0
        ? undefined
        : {
              apiVersion: "monitoring.coreos.com/v1",
              kind: "PrometheusRule",
              metadata: { name: "expiries", namespace },
              spec: { groups: [{ name: "expiries", rules }] },
          };
}

/** Both probes ask the same, so that traffic stops first and the pod is killed later. */
function patient(manifest: Manifest): Manifest {
    return [
        "node-exporter",
        "kube-prometheus-stack",
        "prometheus-operator-admission-webhook",
    ].reduce(
        (patched, name) =>
            patchContainer(patched, name, { livenessProbe: { failureThreshold: 6 } }),
        manifest,
    );
}

/** The chart has no value for it. */
function spreadOut(manifest: Manifest): Manifest {
    return objectKey(manifest) === `Deployment/monitoring/${RELEASE}-operator-webhook`
        ? patchPod(manifest, { topologySpreadConstraints: spread(stackPods.webhook) })
        : manifest;
}

/** What the chart has no values for, and what of it is not needed. */
export function patchStack(manifest: Manifest): Manifest | undefined {
    // Only metrics are read of the operator, past any Service.
    return objectKey(manifest) === `Service/monitoring/${RELEASE}-operator`
        ? undefined
        : recordsOnly(withoutWildcards(spreadOut(patient(manifest))));
}
