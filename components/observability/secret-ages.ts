/** How old each secret is, as rules that record it. */
import type * as pulumi from "@pulumi/pulumi";
import type { Collector, Foundation } from "../base/foundation";
import type { ManifestInput } from "../base/object";
import { Part } from "../base/part";
import type { PlannedSecret, SecretPlan } from "../base/secret-plan";
import { secretDue, secretMade } from "./expiry-alerts";

const DAY = 86_400;

/**
 * When a secret got its value, as PromQL. A renewed one has its day in the settings. The first value is
 * at most as old as the namespace of its Secret: kube-state-metrics may not list Secrets, because
 * whoever lists them reads them, and a Secret whose value changes keeps its creation timestamp.
 */
function madeAt({ namespace }: PlannedSecret, renewedOn: string | undefined): string {
    return renewedOn === undefined
        ? `max(kube_namespace_created{namespace="${namespace}"})`
        : `vector(${Date.parse(renewedOn) / 1000})`;
}

/** When each secret got its value and when a new one is due; undefined where there is none. */
export function secretAgeRules(
    namespace: string,
    plan: Pick<SecretPlan, "taken" | "renewedOn">,
): ManifestInput | undefined {
    const rules = plan.taken.flatMap((secret) => {
        const { name, rotation } = secret;
        const made = madeAt(secret, plan.renewedOn(name));
        const labels = { secret_name: name, owner: rotation.owner };
        return [
            { record: secretMade, expr: made, labels },
            { record: secretDue, expr: `${made} + ${rotation.days * DAY}`, labels },
        ];
    });
    return rules.length === 0
        ? undefined
        : {
              apiVersion: "monitoring.coreos.com/v1",
              kind: "PrometheusRule",
              metadata: { name: "secret-ages", namespace },
              spec: { groups: [{ name: "secret-ages", interval: "5m", rules }] },
          };
}

/** Arguments of {@link SecretAges}. */
export interface SecretAgesArgs extends Pick<Foundation, "site" | "secrets"> {
    /** Evaluates the rules. */
    readonly collector: Collector;
}

/** Records the ages of all secrets; it comes after everything that has some. */
export class SecretAges extends Part {
    constructor(name: string, args: SecretAgesArgs, opts: pulumi.ComponentResourceOptions) {
        super("observability", "SecretAges", name, args, {}, opts);
        const { collector, secrets } = args;
        const rules = secretAgeRules(collector.namespace.name, secrets);
        if (rules !== undefined) {
            const definition = collector.definitions.get("monitoring.coreos.com/PrometheusRule");
            this.object(rules, {
                dependsOn: [
                    collector.namespace.object,
                    ...(definition === undefined ? [] : [definition]),
                ],
            });
        }
    }
}
