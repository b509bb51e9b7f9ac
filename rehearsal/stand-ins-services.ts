/**
 * The Services and PodDisruptionBudgets that operators make for the pods of `stand-ins.ts`, so that
 * what they run is measured and drained like everything else.
 */
import type { Manifest } from "../components/base/object";
import {
    type BudgetMade,
    operatedBudgets,
    operatedResources,
    surroundingsIn,
} from "../policy/engines/operated/made";
import { madeOf, type Made } from "../policy/engines/references/made";
import type { Facts } from "../policy/kernel/facts";
import { readString } from "../policy/kernel/tree";

function toBudget({ namespace, budget }: BudgetMade): Manifest {
    const { name, selector: matchLabels, ...limits } = budget;
    return {
        apiVersion: "policy/v1",
        kind: "PodDisruptionBudget",
        metadata: { name, namespace },
        spec: { ...limits, selector: { matchLabels } },
    };
}

function toService({ namespace, name, selector, ports = [] }: Made): Manifest[] {
    return selector === undefined || ports.length === 0
        ? []
        : [
              {
                  apiVersion: "v1",
                  kind: "Service",
                  metadata: { name, namespace },
                  spec: {
                      selector,
                      ports: ports.map(({ port, target, protocol = "TCP", ...named }) => ({
                          name: named.name ?? `port-${port}`,
                          port,
                          protocol,
                          targetPort: target,
                      })),
                  },
              },
          ];
}

/** What the operators of a stack make besides pods, as far as it decides who serves. */
export function standInServices(facts: Facts): Manifest[] {
    const services = operatedResources(facts)
        .flatMap((operated) => madeOf(operated, surroundingsIn(facts)))
        .filter(({ kind }) => kind === "/Service")
        .flatMap(toService);
    return [...services, ...operatedBudgets(facts).map(toBudget)];
}

/** The name by which reports call a Service or a budget. */
export function namespacedName(manifest: Manifest): string {
    return `${readString(manifest, "metadata", "namespace") ?? "default"}/${manifest.metadata.name ?? ""}`;
}
