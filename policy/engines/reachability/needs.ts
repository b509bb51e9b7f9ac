/** Flows that the stack needs to work, each derived from what it declares. */
import type { Fact, ObjectOf } from "../../kernel/facts";
import { isTree, read, readList, readString, readTree } from "../../kernel/tree";
import { ofKind } from "../references/by-kind";
import { accountOf } from "../references/made-by-pods";
import { scrapedBy } from "../references/monitors";
import type { LabelledPods } from "../references/pods";
import { CORE_SERVICE, type Reference } from "../references/resolve";
import { fromLabels } from "../references/selecting";
import type { StackView } from "../references/stack-view";
import { backendsOf } from "./backends";
import { type End, endName, type Places } from "./places";
import { namedFlows } from "./named";
import type { Need } from "./need";
import type { PortAt } from "./network";

const DNS: PortAt = { port: 53, protocol: "UDP" };
const KUBELET: PortAt = { port: 10_250, protocol: "TCP" };
const CORE_DNS = fromLabels({ "k8s-app": "kube-dns" });

function tcp(port: number): PortAt {
    return { port, protocol: "TCP" };
}

/** What findings about pods are about: their maker, or the namespace of what the cluster brings. */
function subject({ inventory }: StackView, pods: LabelledPods): Fact | undefined {
    return pods.fact ?? inventory.find("/Namespace", "", pods.namespace)?.fact;
}

function mountsToken({ inventory }: StackView, pods: LabelledPods): boolean {
    const own = pods.podSpec.automountServiceAccountToken;
    const [namespace = "", name = ""] = accountOf(pods).split("/");
    const account = inventory.find("/ServiceAccount", namespace, name)?.fact;
    const projected = readList(pods.podSpec, "volumes").some((volume) =>
        readList(volume, "projected", "sources").some(
            (source) => isTree(source) && source.serviceAccountToken !== undefined,
        ),
    );
    return (
        projected ||
        own === true ||
        (own !== false && account?.inputs.automountServiceAccountToken !== false)
    );
}

/** Names to resolve, and the API where a ServiceAccount has a role and a token. */
function basics(view: StackView, places: Places): Need[] {
    const { inventory, selector } = view;
    const dns = selector.pods("kube-system", CORE_DNS).pods;
    return [...inventory.pods.values()].flat().flatMap((pods): Need[] => {
        const fact = subject(view, pods);
        if (fact === undefined || pods.hostNetwork) {
            return [];
        }
        const usesApi =
            pods.usesApi ||
            (pods.made === undefined &&
                inventory.access.isBound(accountOf(pods)) &&
                mountsToken(view, pods));
        return [
            ...(pods.usesDns ? dns : []).map((to): Need => ({
                from: pods,
                to,
                port: DNS,
                why: "it resolves names",
                fact,
            })),
            ...(usesApi
                ? [
                      {
                          from: pods,
                          to: places.apiServer,
                          port: tcp(places.apiServerPort),
                          why: "it has a role in the Kubernetes API",
                          fact,
                      },
                  ]
                : []),
            ...(inventory.access.asksKubelets(accountOf(pods))
                ? [
                      {
                          from: pods,
                          to: places.nodes,
                          port: KUBELET,
                          why: "its role lets it ask kubelets",
                          fact,
                      },
                  ]
                : []),
        ];
    });
}

const CALLED_BY_API = [
    "admissionregistration.k8s.io/MutatingWebhookConfiguration",
    "admissionregistration.k8s.io/ValidatingWebhookConfiguration",
    "apiregistration.k8s.io/APIService",
    "apiextensions.k8s.io/CustomResourceDefinition",
];
const ROUTE = /^gateway\.networking\.k8s\.io\/\w+Route$/;

function isCilium({ inventory }: StackView, route: ObjectOf, parent: unknown): boolean {
    const namespace = readString(parent, "namespace") ?? route.object.namespace ?? "";
    const name = readString(parent, "name") ?? "";
    const gateway = inventory.find("gateway.networking.k8s.io/Gateway", namespace, name)?.fact;
    const className = readString(gateway?.inputs, "spec", "gatewayClassName") ?? "";
    const found = inventory.find("gateway.networking.k8s.io/GatewayClass", "", className);
    const controller = readString(found?.fact?.inputs, "spec", "controllerName") ?? "";
    return className === "cilium" || controller.startsWith("io.cilium/");
}

/** The API server calls webhooks and extensions, the gateway calls the backends of routes. */
function callers(view: StackView, places: Places): Need[] {
    const needsOf = (from: End, why: string, { fact, ...reference }: Reference): Need[] =>
        backendsOf(view, reference).map(({ pods, port }) => ({
            ...{ from, to: pods, port, fact },
            why: `${why} ${fact.key}`,
        }));
    const services = (fact: ObjectOf) => ofKind(fact).filter(({ kind }) => kind === CORE_SERVICE);
    return view.inventory.objects.flatMap((fact) => {
        const id = `${fact.object.group}/${fact.object.kind}`;
        if (CALLED_BY_API.includes(id)) {
            return services(fact).flatMap((reference) =>
                needsOf(places.apiServer, "for", reference),
            );
        }
        const parents = readList(fact.inputs, "spec", "parentRefs");
        return ROUTE.test(id) && parents.some((parent) => isCilium(view, fact, parent))
            ? services(fact).flatMap((reference) => needsOf(places.gateway, "for", reference))
            : [];
    });
}

/** Plural names of kinds, by `<group>/<Kind>`, from the CRDs. */
function pluralsOf({ inventory }: StackView): Map<string, readonly [string, string]> {
    return new Map(
        inventory
            .all("apiextensions.k8s.io/CustomResourceDefinition")
            .flatMap(({ fact }) => (fact === undefined ? [] : [readTree(fact.inputs, "spec")]))
            .map((spec) => {
                const group = readString(spec, "group") ?? "";
                const kind = readString(spec, "names", "kind") ?? "";
                return [`${group}/${kind}`, [group, readString(spec, "names", "plural") ?? ""]];
            }),
    );
}

/** Pods of operators among each other, and the operators that must reach them. */
function operated(view: StackView): Need[] {
    const { inventory, selector } = view;
    const plurals = pluralsOf(view);
    const all = [...inventory.pods.values()].flat();
    const byAccount = new Map<string, LabelledPods[]>();
    for (const pods of all) {
        const account = accountOf(pods);
        byAccount.set(account, [...(byAccount.get(account) ?? []), pods]);
    }
    return all.flatMap((pods): Need[] => {
        const { made: part, fact, namespace } = pods;
        if (part === undefined || fact?.object === undefined) {
            return [];
        }
        const [group, plural] = plurals.get(`${fact.object.group}/${fact.object.kind}`) ?? ["", ""];
        const operators = [...inventory.access.operatorsOf(group, plural)]
            .flatMap((account) => byAccount.get(account) ?? [])
            .filter((operator) => operator.made === undefined);
        return [
            ...(part.reaches ?? []).flatMap(({ pods: labels, ports, why }) =>
                selector
                    .pods(namespace, fromLabels(labels))
                    .pods.flatMap((to) =>
                        ports.map(({ port }) => ({ from: pods, to, port: tcp(port), why, fact })),
                    ),
            ),
            ...operators.flatMap((operator) =>
                (part.operatorReaches ?? []).map(({ port }) => ({
                    ...{ from: operator, to: pods, port: tcp(port), fact },
                    why: "the operator looks after them",
                })),
            ),
        ];
    });
}

/** Prometheus scrapes what monitors select. */
function scraped(view: StackView): Need[] {
    const servers = [...view.inventory.pods.values()]
        .flat()
        .filter(({ fact }) => fact?.object?.kind === "Prometheus");
    return ["ServiceMonitor", "PodMonitor"].flatMap((kind) =>
        view.inventory.all(`monitoring.coreos.com/${kind}`).flatMap(({ fact }) =>
            fact === undefined
                ? []
                : scrapedBy(view, fact).flatMap(({ pods, port }) =>
                      servers.map((from) => ({
                          ...{ from, to: pods, port: tcp(port), fact },
                          why: `${fact.key} scrapes it`,
                      })),
                  ),
        ),
    );
}

/** cert-manager asks the authority on the internet. */
function acme(view: StackView, places: Places): Need[] {
    const accounts = view.inventory.access.operatorsOf("cert-manager.io", "issuers");
    const managers = [...view.inventory.pods.values()]
        .flat()
        .filter((pods) => accounts.has(accountOf(pods)));
    return ["Issuer", "ClusterIssuer"].flatMap((kind) =>
        view.inventory.all(`cert-manager.io/${kind}`).flatMap(({ fact }) =>
            fact !== undefined && read(fact.inputs, ["spec", "acme"]).state === "known"
                ? managers.map((from) => ({
                      ...{ from, to: places.internet, port: tcp(443), fact },
                      why: "it asks the authority for certificates",
                  }))
                : [],
        ),
    );
}

/** Every needed flow, each once. */
export function needsOf(view: StackView, places: Places): Need[] {
    const all = [
        ...basics(view, places),
        ...callers(view, places),
        ...operated(view),
        ...scraped(view),
        ...acme(view, places),
        ...namedFlows(view, places),
    ];
    const key = ({ from, to, port, fact }: Need) =>
        [fact.urn, endName(from), endName(to), port.protocol, port.port].join(" ");
    return [...new Map([...all].reverse().map((need) => [key(need), need])).values()].reverse();
}
