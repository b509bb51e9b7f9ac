/** SEC-15: after a power cut nobody waits for whom nobody may start. */
import { type ApiRequest, showResource, vitalRequests } from "../../engines/admission/requests";
import {
    asks,
    type Guarded,
    guardedBackend,
    guardedNamespace,
    kyvernoWebhooks,
    type Webhook,
    webhooksOf,
} from "../../engines/admission/webhooks";
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import type { Facts } from "../../kernel/facts";

const SYSTEM = "kube-system";
const GROUP = "admissionregistration.k8s.io";
const KINDS = ["ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"];
const REMEDY = "or set failurePolicy to Ignore";

/** The one finding about what a webhook guards: the first request that it could refuse. */
function judgeGuarded(
    facts: Facts,
    webhook: Webhook,
    requests: readonly ApiRequest[],
    guarded: Guarded,
    [why, wanted]: readonly [string, string],
): Finding[] {
    const { fact, name } = webhook;
    const asked = requests.flatMap((request) => {
        const namespace = request.namespace ?? guarded.namespace;
        const found = asks(facts, webhook, request, { ...guarded, namespace });
        const place = request.isClusterWide === true ? "" : ` in ${namespace}`;
        return found === undefined
            ? []
            : [{ ...found, what: `${found.operation} of ${showResource(request)}${place}` }];
    });
    const [unsure] = asked;
    const sure = asked.find(({ answer }) => answer === true);
    if (sure !== undefined) {
        const message = `webhook ${name} fails closed and is asked about ${sure.what}, ${why}; ${wanted}`;
        return [violated(fact, message)];
    }
    return unsure === undefined
        ? []
        : [notJudged(fact, `whether webhook ${name} is asked about ${unsure.what} cannot be said`)];
}

function judgeWebhook(facts: Facts, webhook: Webhook): Finding[] {
    const { fact, name, backend, isUnknown, failsClosed } = webhook;
    if (failsClosed === false) {
        return [];
    }
    if (isUnknown || failsClosed === "unknown") {
        return [notJudged(fact, `whom webhook ${name} guards is known only at the update`)];
    }
    const inNamespaces = vitalRequests.filter(({ isClusterWide }) => isClusterWide !== true);
    const ofPods = inNamespaces.filter(({ namespace }) => namespace === undefined);
    const ofCluster = vitalRequests.filter(({ isClusterWide }) => isClusterWide === true);
    const own =
        backend === undefined
            ? []
            : judgeGuarded(facts, webhook, ofPods, guardedBackend(facts, backend), [
                  `where its own backend ${backend.name} must start without it`,
                  `exclude ${backend.namespace} by name in its namespaceSelector, ${REMEDY}`,
              ]);
    const system = judgeGuarded(facts, webhook, inNamespaces, guardedNamespace(facts, SYSTEM), [
        "which must go on while its backend is down",
        `exclude ${SYSTEM} and kube-node-lease by name in its namespaceSelector, ${REMEDY}`,
    ]);
    const cluster = judgeGuarded(facts, webhook, ofCluster, guardedNamespace(facts, SYSTEM), [
        "without which no node and no volume comes back",
        `take them out of its rules, ${REMEDY}`,
    ]);
    const isSame = backend?.namespace === SYSTEM && own.length > 0;
    return [...own, ...(isSame ? [] : system), ...cluster];
}

/** SEC-15. */
export const webhooks: StackCriterion = {
    id: "SEC-15",
    name: "sec-15-webhooks-let-start",
    description:
        "Checks that no admission webhook that fails closed guards its own backend, kube-system, or what nodes write.",
    severity: "critical",
    remediation:
        "Exclude the namespaces by name in the webhook's `namespaceSelector`, or let it fail open.",
    judgeStack: (facts) => {
        const configurations = KINDS.flatMap((kind) => facts.objects(GROUP, kind));
        const read = [
            ...configurations.map((fact) => ({ fact, webhooks: webhooksOf(facts, fact) })),
            // Kyverno writes its webhooks itself, as its policies and its ConfigMap say.
            ...kyvernoWebhooks(facts),
        ];
        return {
            subjects: read.reduce(
                (sum, { webhooks: list }) => sum + (list === "unknown" ? 1 : list.length),
                0,
            ),
            judged: read.map(({ fact }) => fact),
            findings: read.flatMap(({ fact, webhooks: list }) =>
                list === "unknown"
                    ? [notJudged(fact, "its webhooks are known only at the update")]
                    : list.flatMap((webhook) => judgeWebhook(facts, webhook)),
            ),
        };
    },
};
