import * as assert from "node:assert/strict";
import { defaultDeny } from "../../../../policy/criteria/security/network";
import { type Inputs, judge, object, platform, type Resource, UNKNOWN } from "../../harness";
import { namespace } from "../../objects";
import { soundCilium } from "../../sound-parts";

const NAME = "kubernetes.io/metadata.name";

function policyOf(apiVersion: string, kind: string, spec: unknown, name = "p"): Resource {
    const isInside = kind === "NetworkPolicy" || kind === "CiliumNetworkPolicy";
    const metadata = isInside ? { name, namespace: "shop" } : { name };
    return object({ apiVersion, kind, metadata, spec });
}

const kubernetes = (spec: Inputs, name?: string) =>
    policyOf("networking.k8s.io/v1", "NetworkPolicy", { podSelector: {}, ...spec }, name);
const cilium = (spec: unknown, name?: string) =>
    policyOf("cilium.io/v2", "CiliumNetworkPolicy", spec, name);
const clusterwide = (spec: unknown, name?: string) =>
    policyOf("cilium.io/v2", "CiliumClusterwideNetworkPolicy", spec, name);
const administrators = (kind: string, spec: unknown, version = "v1alpha1") =>
    policyOf(`policy.networking.k8s.io/${version}`, kind, spec);
const deny = kubernetes({ policyTypes: ["Ingress", "Egress"] }, "default-deny");

const run = (resources: readonly Resource[]) =>
    judge([namespace("shop"), deny, ...resources], { judgedBy: [defaultDeny] });

/** What is said of openness; whether flows exist at both ends is another matter. */
async function found(...resources: Resource[]): Promise<string[]> {
    const result = await run(resources);
    return result
        .of("SEC-01")
        .filter((message) => !/no policy lets|no NetworkPolicy denies/.test(message));
}

function flags(title: string, message: RegExp, ...resources: Resource[]): void {
    it(`is violated by ${title}`, async () => {
        const messages = await found(...resources);
        assert.ok(messages.length > 0, "nothing was found");
        for (const one of messages) {
            assert.match(one, message);
        }
    });
}

function accepts(title: string, ...resources: Resource[]): void {
    it(`is met by ${title}`, async () => {
        assert.deepEqual(await found(...resources), []);
    });
}

const expression = (key: string, operator: string, ...values: string[]) => ({
    matchExpressions: [{ key, operator, ...(values.length > 0 ? { values } : {}) }],
});
const from = (...peers: unknown[]) => kubernetes({ ingress: [{ from: peers }] });
const to = (...peers: unknown[]) => kubernetes({ egress: [{ to: peers }] });
const block = (cidr: string, ...except: string[]) => ({
    ipBlock: { cidr, ...(except.length > 0 ? { except } : {}) },
});

describe("SEC-01, every pod of the cluster", () => {
    const every = /every pod( of the cluster in)? on every port; name the namespaces/;
    flags("an empty namespaceSelector", every, from({ namespaceSelector: {} }));
    flags("one beside an empty podSelector", every, to({ namespaceSelector: {}, podSelector: {} }));
    flags(
        "one with empty parts",
        every,
        from({ namespaceSelector: { matchLabels: {}, matchExpressions: [] } }),
    );
    for (const selector of [
        expression(NAME, "Exists"),
        expression(NAME, "NotIn", "nowhere"),
        expression(NAME, "NotIn", "kube-system"),
        expression("anything", "DoesNotExist"),
    ]) {
        flags(JSON.stringify(selector), every, from({ namespaceSelector: selector }));
        flags(
            `pods by ${JSON.stringify(expression("x", "DoesNotExist"))} beside it`,
            every,
            from({ namespaceSelector: selector, podSelector: expression("x", "DoesNotExist") }),
        );
    }
    flags(
        "a label that every namespace of the stack has",
        every,
        ...["one", "two", "three"].map((name) => namespace(name, { team: "all" })),
        namespace("shop", { team: "all" }),
        from({ namespaceSelector: { matchLabels: { team: "all" } } }),
    );
    flags(
        "every port spelt as a range",
        every,
        kubernetes({
            ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ port: 1, endPort: 65535 }] }],
        }),
    );
    flags(
        "every port of a protocol",
        every,
        kubernetes({
            ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ protocol: "UDP" }] }],
        }),
    );
    flags(
        "named ports without a declaration",
        /lets every pod of the cluster in on TCP 80; .* trust\/network\.ts/,
        kubernetes({ ingress: [{ from: [{ namespaceSelector: {} }], ports: [{ port: 80 }] }] }),
    );

    const dns = (port: number) =>
        object({
            apiVersion: "networking.k8s.io/v1",
            kind: "NetworkPolicy",
            metadata: { name: "allow-kube-dns-in", namespace: "kube-system" },
            spec: {
                podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
                policyTypes: ["Ingress", "Egress"],
                ingress: [
                    {
                        from: [{ namespaceSelector: {} }],
                        ports: [{ port, protocol: "UDP" }],
                    },
                ],
            },
        });
    it("is met by a listed policy on its listed ports only", async () => {
        const open = async (port: number) =>
            (await found(dns(port))).filter((message) =>
                message.includes("every pod of the cluster"),
            );
        assert.deepEqual(await open(53), []);
        assert.equal((await open(54)).length, 1);
    });

    accepts("all pods of its own namespace", from({ podSelector: {} }));
    accepts(
        "named pods of every namespace",
        from({ namespaceSelector: {}, podSelector: { matchLabels: { app: "web" } } }),
    );
    accepts(
        "a namespace by name",
        from({ namespaceSelector: { matchLabels: { [NAME]: "shop" } } }),
    );
    accepts(
        "namespaces that choose to be let in",
        from({ namespaceSelector: { matchLabels: { "let-in": "true" } } }),
    );
    accepts("listed namespaces", from({ namespaceSelector: expression(NAME, "In", "shop", "b") }));

    it("is not judged where a selector or the ports are unknown", async () => {
        for (const rule of [
            { from: [{ namespaceSelector: UNKNOWN }] },
            { from: [{ namespaceSelector: { matchLabels: { a: UNKNOWN } } }] },
            { from: [{ namespaceSelector: {} }], ports: UNKNOWN },
            { from: [{ namespaceSelector: {} }], ports: [{ port: UNKNOWN }] },
        ]) {
            const result = await run([kubernetes({ ingress: [rule] })]);
            assert.equal(result.verdict("SEC-01").verdict, "not judged", JSON.stringify(rule));
        }
    });
});

describe("SEC-01, the whole address space", () => {
    const everybody = /which is everybody; name the addresses/;
    const halves = [block("0.0.0.0/1"), block("128.0.0.0/1")];
    flags("two halves", everybody, to(...halves));
    flags("four quarters", everybody, from(...[0, 64, 128, 192].map((n) => block(`${n}.0.0.0/2`))));
    flags("one half", everybody, to(block("0.0.0.0/1")));
    flags(
        "halves in two rules",
        /together allow|which is everybody/,
        kubernetes({ egress: halves.map((peer) => ({ to: [peer] })) }),
    );
    flags(
        "quarters in two policies for the same pods",
        everybody,
        kubernetes({ egress: [{ to: [block("64.0.0.0/2")] }] }, "a"),
        kubernetes({ egress: [{ to: [block("128.0.0.0/2")] }] }, "b"),
    );
    flags("a network with host bits", everybody, to(block("1.2.3.4/0")));
    flags(
        "all but zeros",
        everybody,
        to(
            ...[1, 2, 4, 8, 16, 32, 64, 128].map((n, index) =>
                block(`${n}.0.0.0/${[8, 7, 6, 5, 4, 3, 2, 1][index] ?? 0}`),
            ),
        ),
    );
    flags("halves of IPv6", everybody, to(block("::/1"), block("8000::/1")));
    flags("IPv6 in full", everybody, to(block("0:0:0:0:0:0:0:0/0")));
    flags("an except for something public", everybody, to(block("0.0.0.0/0", "8.8.8.8/32")));
    flags("an except for metadata only", everybody, to(block("0.0.0.0/0", "169.254.169.254/32")));
    flags(
        "an except that leaves the pods in",
        everybody,
        platform({ podNetwork: "10.244.0.0/16" }),
        to(block("0.0.0.0/0", "192.168.0.0/16")),
    );

    accepts(
        "the internet",
        to(block("0.0.0.0/0", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")),
    );
    accepts("the internet of IPv6", to(block("::/0", "fc00::/7")), to(block("2000::/3")));
    accepts("large private networks", to(block("10.0.0.0/8"), block("192.168.0.0/16")));
    accepts(
        "public networks in pieces",
        to(
            ...["0.0.0.0/5", "8.0.0.0/7", "11.0.0.0/8", "12.0.0.0/6", "16.0.0.0/4"].map((cidr) =>
                block(cidr),
            ),
            ...["32.0.0.0/3", "64.0.0.0/2", "128.0.0.0/3"].map((cidr) => block(cidr)),
        ),
    );
    accepts(
        "halves for different pods",
        kubernetes(
            { podSelector: { matchLabels: { a: "1" } }, egress: [{ to: [block("64.0.0.0/3")] }] },
            "a",
        ),
        kubernetes(
            { podSelector: { matchLabels: { a: "2" } }, egress: [{ to: [block("96.0.0.0/3")] }] },
            "b",
        ),
    );
    accepts(
        "the internet but for what the site has",
        platform({ podNetwork: "10.244.0.0/16" }),
        to(block("0.0.0.0/0", "10.244.0.0/16", "192.168.68.0/24")),
    );
});

describe("SEC-01, policies of Cilium", () => {
    const ingress = (rule: Inputs) => cilium({ endpointSelector: {}, ingress: [rule] });
    const egress = (rule: Inputs) => cilium({ endpointSelector: {}, egress: [rule] });
    const ports = [{ ports: [{ port: "443", protocol: "TCP" }] }];
    const everybody = /everybody|every pod|the world on every port/;

    flags("/0 in a set", everybody, egress({ toCIDRSet: [{ cidr: "0.0.0.0/0" }] }));
    flags("/0 of IPv6 in a set", everybody, ingress({ fromCIDRSet: [{ cidr: "::/0" }] }));
    flags("halves", everybody, egress({ toCIDR: ["0.0.0.0/1", "128.0.0.0/1"] }));
    flags(
        "halves in two fields",
        everybody,
        egress({ toCIDR: ["0.0.0.0/1"], toCIDRSet: [{ cidr: "128.0.0.0/1" }] }),
    );
    flags(
        "a CIDR group",
        everybody,
        object({
            apiVersion: "cilium.io/v2",
            kind: "CiliumCIDRGroup",
            metadata: { name: "anywhere" },
            spec: { externalCIDRs: ["0.0.0.0/0"] },
        }),
        egress({ toCIDRSet: [{ cidrGroupRef: "anywhere" }] }),
    );
    flags("the entity all", everybody, ingress({ fromEntities: ["all"], toPorts: ports }));
    flags("all entities together", everybody, egress({ toEntities: ["cluster", "world", "host"] }));
    flags(
        "both worlds and the cluster",
        everybody,
        egress({ toEntities: ["world-ipv4", "world-ipv6", "cluster"], toPorts: ports }),
    );
    flags("the world", everybody, ingress({ fromEntities: ["world"] }));
    flags(
        "the world by its label",
        everybody,
        ingress({ fromEndpoints: [{ matchLabels: { "reserved:world": "" } }] }),
    );
    flags("the cluster", everybody, egress({ toEntities: ["cluster"] }));
    flags("the cluster on ports", everybody, egress({ toEntities: ["cluster"], toPorts: ports }));
    flags("ports without peers", everybody, ingress({ toPorts: ports }));
    flags(
        "pods of every namespace",
        everybody,
        ingress({
            fromEndpoints: [expression("k8s:io.kubernetes.pod.namespace", "Exists")],
        }),
    );
    flags(
        "pods that are no host",
        everybody,
        ingress({ fromEndpoints: [expression("reserved:host", "DoesNotExist")] }),
    );
    flags(
        "a policy of the cluster for everything",
        everybody,
        clusterwide({
            endpointSelector: {},
            ingress: [{ fromEndpoints: [{}] }],
            egress: [{ toEndpoints: [{}] }],
        }),
    );
    flags(
        "one in specs",
        everybody,
        object({
            apiVersion: "cilium.io/v2",
            kind: "CiliumClusterwideNetworkPolicy",
            metadata: { name: "p" },
            specs: [{ endpointSelector: {}, egress: [{ toEndpoints: [{}] }] }],
        }),
    );

    accepts("pods of its own namespace", ingress({ fromEndpoints: [{}] }));
    accepts("an empty rule, which is nobody's", ingress({}));
    accepts("nodes", ingress({ fromEntities: ["host", "remote-node"] }));
    accepts("the world on a port", ingress({ fromEntities: ["world"], toPorts: ports }));
    accepts(
        "the internet without private networks",
        egress({ toCIDRSet: [{ cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] }] }),
    );
    accepts(
        "what is denied to everybody",
        cilium({ endpointSelector: {}, ingressDeny: [{ fromEntities: ["all"] }] }),
    );

    const lookups = (...patterns: string[]) => ({
        toEndpoints: [{ matchLabels: { "k8s:io.kubernetes.pod.namespace": "kube-system" } }],
        toPorts: [
            {
                ports: [{ port: "53", protocol: "ANY" }],
                rules: { dns: patterns.map((matchPattern) => ({ matchPattern })) },
            },
        ],
    });
    const names = (...toFQDNs: Inputs[]) => ({ toFQDNs, toPorts: ports });
    for (const pattern of ["*", "**", "*.*", "**.*", "*.com", "**.org", "*.*."]) {
        flags(
            `hosts of the name ${pattern}`,
            /hosts of any name/,
            cilium({
                endpointSelector: {},
                egress: [
                    names({ matchPattern: pattern }),
                    lookups("*", "**.*", "*.*", "*.com", "**.org"),
                ],
            }),
        );
    }
    accepts(
        "hosts with the lookups that they need",
        cilium({
            endpointSelector: {},
            egress: [
                names({ matchName: "api.github.com" }, { matchPattern: "*.github.com" }),
                lookups("*"),
            ],
        }),
    );
    accepts(
        "lookups that a policy for all pods allows",
        cilium(
            {
                endpointSelector: { matchLabels: { app: "a" } },
                egress: [names({ matchName: "a.example.org" })],
            },
            "names",
        ),
        clusterwide({ endpointSelector: {}, egress: [lookups("*")] }, "dns"),
    );
    accepts(
        "names that nobody can register",
        cilium({
            endpointSelector: {},
            egress: [names({ matchPattern: "*.internal" }), lookups("*")],
        }),
    );
    const blind = /its toFQDNs never opens for/;
    flags("hosts without lookups", blind, egress(names({ matchName: "api.github.com" })));
    flags(
        "lookups of another name",
        blind,
        cilium({
            endpointSelector: {},
            egress: [names({ matchName: "api.github.com" }), lookups("*.example.org")],
        }),
    );
    flags(
        "lookups past the proxy",
        blind,
        cilium({
            endpointSelector: {},
            egress: [
                names({ matchName: "api.github.com" }),
                { ...lookups(), toPorts: [{ ports: [{ port: "53" }] }] },
            ],
        }),
    );
    flags(
        "lookups of other pods",
        blind,
        cilium(
            {
                endpointSelector: { matchLabels: { app: "a" } },
                egress: [names({ matchName: "a.example.org" })],
            },
            "names",
        ),
        cilium({ endpointSelector: { matchLabels: { app: "b" } }, egress: [lookups("*")] }, "dns"),
    );
    flags(
        "hosts where Cilium has no proxy",
        /never opens, since enable-l7-proxy/,
        soundCilium({ "enable-l7-proxy": "false" }),
        cilium({
            endpointSelector: {},
            egress: [names({ matchName: "a.example.org" }), lookups("*")],
        }),
    );
});

describe("SEC-01, policies of administrators", () => {
    const spec = (peers: Inputs, action = "Allow") => ({
        priority: 10,
        subject: { namespaces: {} },
        ingress: [{ name: "in", action, from: [peers] }],
    });
    const every = /every pod|everybody|any name/;
    for (const kind of ["AdminNetworkPolicy", "BaselineAdminNetworkPolicy"]) {
        flags(`${kind} for all namespaces`, every, administrators(kind, spec({ namespaces: {} })));
        flags(
            `${kind} for all pods`,
            every,
            administrators(kind, spec({ pods: { namespaceSelector: {}, podSelector: {} } })),
        );
        accepts(
            `${kind} for named namespaces`,
            administrators(kind, spec({ namespaces: { matchLabels: { [NAME]: "shop" } } })),
        );
        accepts(`${kind} that denies`, administrators(kind, spec({ namespaces: {} }, "Deny")));
        accepts(`${kind} that passes`, administrators(kind, spec({ namespaces: {} }, "Pass")));
    }
    flags(
        "a ClusterNetworkPolicy that accepts everybody",
        every,
        administrators("ClusterNetworkPolicy", spec({ namespaces: {} }, "Accept"), "v1alpha2"),
    );
    const out = (peer: Inputs) =>
        administrators("AdminNetworkPolicy", {
            subject: { namespaces: {} },
            egress: [{ action: "Allow", to: [peer] }],
        });
    flags("networks of everybody", every, out({ networks: ["0.0.0.0/0"] }));
    flags("domains of everybody", every, out({ domainNames: ["*"] }));
    accepts("a network", out({ networks: ["203.0.113.0/24"] }));
    it("is not judged where its rules are unknown", async () => {
        const result = await run([administrators("AdminNetworkPolicy", UNKNOWN)]);
        assert.equal(result.verdict("SEC-01").verdict, "not judged");
    });
});

describe("SEC-01 in the mesh", () => {
    const allows = (spec: unknown, name = "p") =>
        object({
            apiVersion: "security.istio.io/v1",
            kind: "AuthorizationPolicy",
            metadata: { name, namespace: "shop" },
            spec,
        });
    const from = (source: unknown, to?: unknown) => ({
        rules: [{ from: [{ source }], ...(to === undefined ? {} : { to }) }],
    });

    it("is met by policies that name who may call, and by those that only deny", async () => {
        const good: readonly unknown[] = [
            {},
            { rules: [] },
            { action: "ALLOW", ...from({ namespaces: ["front"] }) },
            from({ serviceAccounts: ["front/web", "robot"] }),
            from({ principals: ["cluster.local/ns/front/sa/web"] }),
            from({ principals: ["*"], namespaces: ["front"] }),
            { action: "DENY", rules: [{}] },
            { action: "AUDIT", rules: [{}] },
        ];
        for (const spec of good) {
            assert.deepEqual(await found(allows(spec)), [], JSON.stringify(spec));
        }
    });

    it("is violated by rules that let everybody in, with or without a name", async () => {
        const bad: readonly unknown[] = [
            { rules: [{}] },
            { action: "ALLOW", rules: [{ to: [{ operation: { ports: ["80"] } }] }] },
            { rules: [{ from: [] }] },
            from({}),
            from({ notNamespaces: ["front"] }),
            from({ notPrincipals: ["cluster.local/ns/front/sa/web"] }),
        ];
        for (const spec of bad) {
            assert.deepEqual(
                await found(allows(spec)),
                [
                    "AuthorizationPolicy/shop/p: one of its rules lets everybody in, whoever they are; name namespaces or service accounts.",
                ],
                JSON.stringify(spec),
            );
        }
    });

    it("is violated by rules for every member of the mesh", async () => {
        const to = [{ operation: { ports: ["80"] } }];
        const bad: readonly unknown[] = [
            from({ principals: ["*"] }),
            from({ namespaces: ["*"] }),
            from({ principals: ["cluster.local/*"] }, to),
            from({ namespaces: ["any-*"] }, to),
        ];
        for (const spec of bad) {
            assert.match(
                (await found(allows(spec))).join(),
                /an ingress rule lets every pod of the cluster in on/,
                JSON.stringify(spec),
            );
        }
    });

    it("is not judged where a policy is unknown", async () => {
        for (const spec of [UNKNOWN, { rules: UNKNOWN }, { action: UNKNOWN }, from(UNKNOWN)]) {
            const result = await run([allows(spec)]);
            assert.deepEqual(
                result.of("SEC-01").filter((one) => one.includes("Authorization")),
                [],
            );
            assert.match(JSON.stringify(result), /known only at the update/);
        }
    });
});
