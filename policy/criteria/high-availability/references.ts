/** HA-14: whatever an object names or selects is there. */
import type { ObjectOf } from "../../kernel/facts";
import { type Finding, notJudged, type StackCriterion } from "../../kernel/criterion";
import { podsByResource, type PodsMade, unjudgedPods } from "../../engines/operated/made";
import { read } from "../../kernel/tree";
import { isWorkload } from "../../kubernetes/scaling";
import { ROUTES } from "../../engines/references/by-route";
import { judgeMonitor } from "../../engines/references/monitors";
import { findReferences } from "../../engines/references/references";
import { resolve } from "../../engines/references/resolve";
import { judgeInside } from "../../engines/references/pod-inside";
import { judgeHorizontal, judgeVertical } from "../../engines/references/scaled-containers";
import { judgeGrants, judgeRoute } from "../../engines/references/routes";
import { type StackView, stackViewOf } from "../../engines/references/stack-view";
import {
    judgeAnnounced,
    judgeCiliumPolicy,
    judgePolicy,
} from "../../engines/references/network-selectors";
import { judgeBudget, judgeInner, judgeService } from "../../engines/references/selectors";

const SELECTING: Readonly<Record<string, (scene: StackView, fact: ObjectOf) => Finding[]>> = {
    "policy/PodDisruptionBudget": judgeBudget,
    "autoscaling/HorizontalPodAutoscaler": judgeHorizontal,
    "autoscaling.k8s.io/VerticalPodAutoscaler": judgeVertical,
    "networking.k8s.io/NetworkPolicy": judgePolicy,
    "cilium.io/CiliumNetworkPolicy": judgeCiliumPolicy,
    "cilium.io/CiliumClusterwideNetworkPolicy": judgeCiliumPolicy,
    "cilium.io/CiliumLoadBalancerIPPool": judgeAnnounced,
    "cilium.io/CiliumL2AnnouncementPolicy": judgeAnnounced,
    ...Object.fromEntries(ROUTES.map((kind) => [`gateway.networking.k8s.io/${kind}`, judgeRoute])),
    "gateway.networking.k8s.io/Gateway": judgeGrants,
    "monitoring.coreos.com/ServiceMonitor": judgeMonitor,
    "monitoring.coreos.com/PodMonitor": judgeMonitor,
};

function judgeObject(
    fact: ObjectOf,
    scene: StackView,
    made: readonly PodsMade[],
): [number, Finding[]] {
    if (read(fact.inputs, ["metadata", "namespace"]).state === "unknown") {
        return [1, [notJudged(fact, "its namespace is known only at the update")]];
    }
    const { group, kind, namespace = "", name } = fact.object;
    const found = findReferences(fact, scene.inventory, made);
    const service =
        group === "" && kind === "Service"
            ? scene.inventory.find("/Service", namespace, name)?.service
            : undefined;
    const judgeSelectors = SELECTING[`${group}/${kind}`];
    const selecting = (service === undefined ? 0 : 1) + (judgeSelectors === undefined ? 0 : 1);
    const inside = isWorkload(fact) ? judgeInside(fact) : [];
    const { references, selectors, unknown } = found;
    return [
        references.length + selectors.length + unknown.length + selecting + inside.length,
        [
            ...references.flatMap((reference) => resolve(reference, scene.inventory)),
            ...selectors.flatMap((selector) => judgeInner(scene, selector)),
            ...unknown.map((place) =>
                notJudged(fact, `what ${place} names is known only at the update`),
            ),
            ...(service === undefined ? [] : judgeService(scene, service)),
            ...(judgeSelectors?.(scene, fact) ?? []),
            ...inside,
        ],
    ];
}

/** HA-14. */
export const references: StackCriterion = {
    id: "HA-14",
    name: "ha-14-no-dangling-reference",
    description:
        "Checks that every selector and every name in the stack leads to something that is declared, made by a controller or listed.",
    severity: "high",
    remediation:
        "Correct the name or label, declare what is missing, or describe what makes it in operators/ or policy/engines/references/outside.ts.",
    judgeStack: (facts) => {
        const scene = stackViewOf(facts);
        const made = podsByResource(facts);
        const judged = scene.inventory.objects.map((fact) => ({
            fact,
            result: judgeObject(fact, scene, made.get(fact.urn) ?? []),
        }));
        return {
            subjects: judged.reduce((sum, { result: [count] }) => sum + count, 0),
            findings: [
                ...unjudgedPods(facts),
                ...judged.flatMap(({ result: [, findings] }) => findings),
            ],
            judged: judged.filter(({ result: [count] }) => count > 0).map(({ fact }) => fact),
        };
    },
};
