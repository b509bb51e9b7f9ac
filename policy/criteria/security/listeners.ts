/** SEC-09: whoever listens to the outside speaks TLS with a certificate of the stack. */
import { type Finding, notJudged, type StackCriterion, violated } from "../../kernel/criterion";
import { judgeExpectation } from "../../kernel/expectation";
import type { Facts, ObjectOf } from "../../kernel/facts";
import { anyOf, type Ternary } from "../../kernel/ternary";
import { isTree, isUnknown, read, readList, readString, readTree } from "../../kernel/tree";
import { judgePassthrough } from "./passthrough";
import { attached, type Listener, listenersOf, redirects } from "./routes";
import { judgeSharedNames } from "./shared-names";

/** Annotations by which cert-manager makes a certificate for each listener or host. */
const ISSUERS = [
    "cert-manager.io/issuer",
    "cert-manager.io/cluster-issuer",
    "cert-manager.io/issuer-name",
];

function isAnnotated({ inputs }: ObjectOf): Ternary {
    const annotations = read(inputs, ["metadata", "annotations"]);
    return annotations.state === "unknown"
        ? "unknown"
        : ISSUERS.some((issuer) => issuer in readTree(inputs, "metadata", "annotations"));
}

/** Whether a Certificate of the stack, or an annotation of the owner, fills the Secret. */
function isIssued(facts: Facts, owner: ObjectOf, namespace: unknown, name: unknown): Ternary {
    return isUnknown(namespace) || isUnknown(name)
        ? "unknown"
        : anyOf([
              isAnnotated(owner),
              ...facts
                  .objects("cert-manager.io", "Certificate")
                  .filter(({ object }) => object.namespace === namespace)
                  .map(({ inputs }): Ternary => {
                      const secret = read(inputs, ["spec", "secretName"]);
                      return secret.state === "unknown"
                          ? "unknown"
                          : secret.state === "known" && secret.value === name;
                  }),
          ]);
}

function judgeIssued(answer: Ternary, fact: ObjectOf, what: string, secret: string): Finding[] {
    return answer === true
        ? []
        : answer === "unknown"
          ? [notJudged(fact, `the certificate of ${what} is known only at the update`)]
          : [
                violated(
                    fact,
                    `no Certificate of the stack makes Secret ${secret} of ${what}; declare one, or annotate the issuer`,
                ),
            ];
}

function judgeTls(facts: Facts, { owner, name, tree }: Listener): Finding[] {
    const what = `listener ${name}`;
    const mode = read(tree, ["tls", "mode"]);
    const certificates = read(tree, ["tls", "certificateRefs"]);
    if (mode.state === "unknown" || certificates.state === "unknown") {
        return [notJudged(owner, `the TLS of ${what} is known only at the update`)];
    }
    // Only of this protocol is it known where connections go.
    if (
        mode.state === "known" &&
        mode.value === "Passthrough" &&
        readString(tree, "protocol") === "TLS"
    ) {
        return judgePassthrough(facts, { owner, name, tree });
    }
    // The API's default is to terminate.
    if (mode.state === "known" && mode.value !== "Terminate") {
        const found = String(mode.value);
        const message = `${what} has TLS mode ${found}; end TLS there with a certificate of the stack`;
        return [violated(owner, message)];
    }
    const references = readList(tree, "tls", "certificateRefs");
    if (references.length === 0) {
        return [violated(owner, `${what} names no certificate; set tls.certificateRefs`)];
    }
    return references.flatMap((reference) => {
        const { name: secret, namespace = owner.object.namespace } = readTree(reference);
        const answer = isUnknown(reference) ? "unknown" : isIssued(facts, owner, namespace, secret);
        return judgeIssued(answer, owner, what, String(secret));
    });
}

/** A listener without TLS only sends people to the one with it. */
function judgePlain(facts: Facts, listener: Listener): Finding[] {
    return attached(facts, listener).flatMap(({ route, answer }) => {
        const sends = redirects(route);
        if (sends === true) {
            return [];
        }
        const message = `it answers without TLS at listener ${listener.name} of ${listener.owner.key}`;
        return answer === "unknown" || sends === "unknown"
            ? [notJudged(route, `whether ${message} is known only at the update`)]
            : [violated(route, `${message}; redirect to https, or name the listener with TLS`)];
    });
}

function judgeListener(facts: Facts, listener: Listener): Finding[] {
    const { owner, name, tree } = listener;
    const protocol = read(tree, ["protocol"]);
    if (protocol.state === "unknown") {
        return [notJudged(owner, `the protocol of listener ${name} is known only at the update`)];
    }
    switch (protocol.state === "known" ? protocol.value : undefined) {
        case "HTTPS":
        case "TLS":
            return judgeTls(facts, listener);
        case "HTTP":
            return judgePlain(facts, listener);
        default:
            return [
                violated(
                    owner,
                    `listener ${name} speaks ${String(readString(tree, "protocol"))} without TLS; use HTTPS or TLS`,
                ),
            ];
    }
}

/** The hosts of an Ingress are all among those of its TLS sections. */
function judgeIngress(facts: Facts, fact: ObjectOf): Finding[] {
    const sections = readList(fact.inputs, "spec", "tls");
    const rules = readList(fact.inputs, "spec", "rules");
    const hidden = ["tls", "rules"].some(
        (field) => read(fact.inputs, ["spec", field]).state === "unknown",
    );
    if (hidden || [...sections, ...rules].some(isUnknown)) {
        return [notJudged(fact, "its hosts or certificates are known only at the update")];
    }
    const secured = sections.flatMap((section) => readList(section, "hosts"));
    const hosts = rules.map((rule) => readString(rule, "host") ?? "*");
    return [
        ...hosts
            .filter(
                (host) => !secured.includes(host) && !secured.includes(host.replace(/^[^.]+/, "*")),
            )
            .map((host) => violated(fact, `host ${host} has no TLS; add it to spec.tls`)),
        ...sections.filter(isTree).flatMap((section) => {
            const { secretName } = section;
            const answer = isIssued(facts, fact, fact.object.namespace, secretName);
            return judgeIssued(answer, fact, "spec.tls", String(secretName));
        }),
    ];
}

const OLD = ["1.0", "1.1"];

/** Envoy Gateway's own default is 1.2 (gateway.envoyproxy.io/v1alpha1, `TLSSettings`). */
function judgeVersion(fact: ObjectOf): Finding[] {
    return judgeExpectation(fact, {
        what: "spec.tls.minVersion",
        reading: read(fact.inputs, ["spec", "tls", "minVersion"]),
        good: (version) => !OLD.includes(String(version)),
        wanted: "use 1.2 or newer",
        absentIsGood: true,
    });
}

/** SEC-09. */
export const listeners: StackCriterion = {
    id: "SEC-09",
    name: "sec-09-tls-listeners",
    description:
        "Checks that every listener ends TLS 1.2 or newer with a certificate of the stack or hands connections through to pods that are trusted to, that plain HTTP only redirects, and that no two namespaces answer for the same name.",
    severity: "critical",
    remediation:
        "Give the listener a certificateRef to the Secret of a Certificate, and HTTP routes a RequestRedirect to https.",
    judgeStack: (facts) => {
        const all = listenersOf(facts);
        const ingresses = facts.objects("networking.k8s.io", "Ingress");
        const policies = facts.objects("gateway.envoyproxy.io", "ClientTrafficPolicy");
        const unread = all.owners.filter(
            ({ inputs }) => read(inputs, ["spec", "listeners"]).state === "unknown",
        );
        return {
            subjects: all.listeners.length + unread.length + ingresses.length,
            judged: [...all.owners, ...ingresses],
            findings: [
                ...all.listeners.flatMap((listener) => judgeListener(facts, listener)),
                ...unread.map((fact) =>
                    notJudged(fact, "its listeners are known only at the update"),
                ),
                ...ingresses.flatMap((fact) => judgeIngress(facts, fact)),
                ...policies.flatMap(judgeVersion),
                ...judgeSharedNames(facts, all.listeners),
            ],
        };
    },
};
