/** Kratix: what the chart is changed to, what it may do, and what the site must say first. */
import assert from "node:assert/strict";
import { isRecord, type Manifest } from "../../../components/base/object";
import { deliveredKinds } from "../../../components/delivery/delivered-kinds";
import { externalSecrets } from "../../../components/secrets/external-secrets";
import { kratix as definition } from "../../../components/tenancy/kratix";
import {
    deliveryRole,
    guardRules,
    orderedKinds,
    ordersApplication,
    ordersProject,
} from "../../../components/tenancy/kratix-delivery";
import { kratixConfiguration, patchedKratix } from "../../../components/tenancy/kratix-values";
import { kratix as rooms } from "../../../operators/kratix";
import { gates } from "../../../components/base/labels";
import { sampleSettings } from "../../fixtures/settings";
import { needsCharts, type RecordedStack } from "../../fixtures/stack";
import { alone } from "../variants";
import { workloads } from "../workloads";

const HOME = "kratix-platform-system";

interface Rule {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
    readonly resourceNames?: readonly string[];
}

describe("Kratix", () => {
    let stack: RecordedStack;
    const { site } = sampleSettings();
    const { delivery } = site;
    assert.ok(delivery);
    const orders = { folder: "orders", most: 3 };

    before(async () => {
        stack = await alone(definition);
    });

    it("runs as nobody, on a root that nobody writes to, from where its image is published", function () {
        needsCharts(this, stack);
        const [own] = workloads(stack.component("kratix"));
        const [manager] = own?.template.spec.containers ?? [];
        assert.match(
            manager?.image ?? "",
            /^docker\.io\/syntasso\/kratix-platform@sha256:[0-9a-f]{64}$/,
        );
        assert.equal(
            (manager?.securityContext as { readOnlyRootFilesystem?: boolean })
                .readOnlyRootFilesystem,
            true,
        );
        const config = stack.object(`ConfigMap/${HOME}/kratix-platform-pipeline-adapter-config`);
        assert.ok(isRecord(config.data));
        assert.equal(config.data.PIPELINE_ADAPTER_IMG, manager?.image);
        assert.doesNotMatch(JSON.stringify(own), /metrics-certs|reo\.dev|"cpu":"100m"/);
    });

    it("has dropped the namespace of the chart, and what serves metrics with TLS", function () {
        needsCharts(this, stack);
        const own = stack.component("kratix");
        assert.deepEqual(
            own.ofKind("Certificate").map(({ metadata }) => metadata.name),
            ["kratix-platform-serving-cert"],
        );
        assert.equal(own.ofKind("Job").length, 0);
        assert.equal(
            stack.object(`Namespace/${HOME}`).metadata.labels?.["platform/cost"],
            undefined,
        );
    });

    it("may not give rights that it does not have", function () {
        needsCharts(this, stack);
        const { rules } = stack.object("ClusterRole/kratix-platform-manager-role") as unknown as {
            rules: Rule[];
        };
        assert.ok(
            rules.every(({ verbs }) => !verbs.includes("escalate") && !verbs.includes("bind")),
        );
        const every = rules.filter(({ verbs }) => verbs.includes("*"));
        assert.deepEqual(
            every.flatMap(({ resources }) => resources),
            ["tenantorders", "works"],
        );
    });

    it("leaves other objects of a chart as they are", () => {
        const other: Manifest = { apiVersion: "v1", kind: "Service", metadata: { name: "a" } };
        assert.deepEqual(patchedKratix({ replicas: 2, image: "i" }, other), other);
        const role: Manifest = { apiVersion: "v1", kind: "ClusterRole", metadata: { name: "a" } };
        assert.deepEqual(patchedKratix({ replicas: 2, image: "i" }, role), role);
    });

    it("keeps of Secrets the one with which it writes, and knows the server", () => {
        const { stringData } = stack.resource(`Secret/${HOME}/kratix-repository`).inputs;
        assert.ok(isRecord(stringData));
        assert.match(JSON.stringify(stringData.sshPrivateKey), /secret-kratixKey/);
        assert.match(
            JSON.stringify(stringData.knownHosts),
            /\[git\.example\.org\]:2222 ssh-ed25519/,
        );
        const { labels } = stack.object(`Secret/${HOME}/kratix-repository`).metadata;
        assert.equal(labels?.["app.kubernetes.io/part-of"], "kratix");
        const { data } = kratixConfiguration;
        assert.ok(isRecord(data));
        assert.match(String(data.config), /"selectiveCache":true/);
    });

    it("lets so many orders be there as the settings say", () => {
        const { spec } = stack.object("ResourceQuota/orders/tier") as {
            spec?: { hard?: Record<string, string> };
        };
        assert.equal(spec?.hard?.["count/tenantorders.orders.platform"], "3");
    });

    it("has what it writes delivered into namespaces of orders alone", () => {
        const { spec } = ordersProject(delivery);
        assert.ok(isRecord(spec));
        assert.deepEqual(spec.clusterResourceWhitelist, [
            { group: "", kind: "Namespace", name: "ordered-*" },
        ]);
        assert.deepEqual(
            (spec.destinations as { namespace: string }[]).map(({ namespace }) => namespace),
            ["ordered-*"],
        );
        const application = ordersApplication(delivery, orders);
        assert.match(JSON.stringify(application), /"path":"orders\/resources"/);
        const [where, level] = guardRules(delivery);
        assert.match(where?.expression ?? "", /startsWith\("ordered-"\)/);
        assert.match(where?.expression ?? "", /\["argocd","apps-shop","apps-base","apps-routes"\]/);
        assert.match(level?.expression ?? "", /restricted/);
        const cluster = stack.resource("Secret/argocd/argocd-cluster").inputs.stringData;
        assert.ok(isRecord(cluster) && cluster.namespaces === undefined);
    });

    it("gives Argo CD no Secret, and to read what it delivers elsewhere", () => {
        const [role] = deliveryRole("app-developer") as unknown as [{ rules: Rule[] }];
        const { rules } = role;
        assert.ok(rules.every(({ resources }) => !resources.includes("secrets")));
        const read = new Set(
            rules.flatMap(({ apiGroups, resources, verbs }) =>
                verbs.includes("watch")
                    ? resources.map((resource) => `${apiGroups[0] ?? ""}/${resource}`)
                    : [],
            ),
        );
        for (const { group, resource } of [
            ...deliveredKinds({ gates: [...gates] }),
            ...orderedKinds,
        ]) {
            assert.ok(read.has(`${group}/${resource}`), resource);
        }
        const bound = rules.filter(({ verbs }) => verbs.includes("bind"));
        assert.deepEqual(
            bound.flatMap(({ resources }) => resources),
            ["roles", "clusterroles"],
        );
        assert.deepEqual(bound[1]?.resourceNames, ["app-developer"]);
        const [without] = deliveryRole(undefined) as unknown as [{ rules: Rule[] }];
        assert.ok(!JSON.stringify(without).includes("resourceNames"));
    });

    it("is wanted, with what virtual clusters read, where people may order", () => {
        const ordering = { ...site, delivery: { ...delivery, orders } };
        assert.equal(definition.requiredBecause(ordering), "delivery.orders is set");
        assert.equal(definition.requiredBecause(site), undefined);
        assert.match(externalSecrets.requiredBecause(ordering) ?? "", /delivery\.orders/);
        assert.equal(externalSecrets.requiredBecause({ ...site, delivery: undefined }), undefined);
    });

    it("tells in one sentence what it misses", () => {
        const faults = (change: object | undefined) =>
            definition
                .check({}, { ...site, delivery: change && { ...delivery, orders, ...change } })
                .map(({ key, allowed }) => `${key}: ${allowed}`);
        assert.deepEqual(faults({}), []);
        assert.match(faults(undefined).join(), /^delivery\.orders: where orders are written/);
        assert.match(faults({ orders: undefined }).join(), /^delivery\.orders: /);
        const https = faults({ repository: "https://git.example.org/a/b.git" });
        assert.match(https.join(), /^delivery\.repository: .*send its token to whoever answers$/);
        assert.match(
            faults({ hostKey: undefined }).join(),
            /^delivery\.hostKey: the public key of git\.example\.org/,
        );
    });
});

describe("the room of Kratix", () => {
    const [room] = rooms;
    const promise = {
        ...{ apiVersion: "platform.kratix.io/v1alpha1", kind: "Promise" },
        metadata: { name: "p" },
        spec: {
            api: { spec: { group: "a.b", names: { kind: "C" } } },
            workflows: {
                resource: {
                    configure: [
                        {
                            metadata: { name: "one" },
                            spec: { containers: [{ name: "c", image: "i" }] },
                        },
                    ],
                },
            },
        },
    };
    const around = (config?: string) => ({
        nodes: [],
        all: () =>
            config === undefined
                ? []
                : [
                      {
                          ...{ apiVersion: "v1", kind: "ConfigMap", data: { config } },
                          metadata: { name: "kratix", namespace: HOME },
                      },
                  ],
    });

    it("knows the containers of a program, with upstream's resources or those of the configuration", () => {
        const requests = (config?: string) => {
            const made = room?.pods?.(promise, around(config));
            const [first] = typeof made === "string" || made === undefined ? [] : made;
            const { initContainers } = first?.pod as {
                initContainers: { name: string; resources: { requests: { cpu: string } } }[];
            };
            assert.deepEqual(
                initContainers.map(({ name }) => name),
                ["reader", "c", "work-writer"],
            );
            return initContainers.map(({ resources }) => resources.requests.cpu);
        };
        assert.deepEqual(requests(), ["100m", "100m", "100m"]);
        const own = { workflows: { defaultContainerResources: { requests: { cpu: "5m" } } } };
        assert.deepEqual(requests(JSON.stringify(own)), ["5m", "5m", "5m"]);
        assert.deepEqual(requests("{}"), ["100m", "100m", "100m"]);
    });

    it("knows the kind that a Promise brings, and makes nothing of one without programs", () => {
        assert.ok(typeof room?.defines === "function");
        assert.deepEqual(room.defines(promise), ["a.b/C"]);
        assert.deepEqual(room.defines({ ...promise, spec: {} }), []);
        assert.deepEqual(room.pods?.({ ...promise, spec: {} }, around()), []);
    });
});
