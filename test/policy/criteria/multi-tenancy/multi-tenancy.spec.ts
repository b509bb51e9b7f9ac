import * as assert from "node:assert/strict";
import { tiers } from "../../../../components/base/tiers";
import {
    deployment,
    type Inputs,
    judge,
    object,
    resource,
    type Resource,
    UNKNOWN,
} from "../../harness";

function stack(
    tier: unknown,
    changes: { hard?: unknown; limits?: unknown; patch?: boolean } = {},
): Resource[] {
    const component = resource("platform:base:Namespace", "apps", { tier });
    const { quota, defaultLimits, defaultRequests } = tiers.tenant;
    const limit = { type: "Container", default: defaultLimits, defaultRequest: defaultRequests };
    const within = (kind: string, spec: Inputs) =>
        object({ apiVersion: "v1", kind, metadata: { name: "tier", namespace: "apps" }, spec });
    return [
        component,
        object(
            { apiVersion: "v1", kind: "Namespace", metadata: { name: "apps" } },
            { parent: component.urn, patch: changes.patch },
        ),
        within("ResourceQuota", { hard: "hard" in changes ? changes.hard : quota }),
        within("LimitRange", { limits: "limits" in changes ? changes.limits : [limit] }),
    ];
}

const { quota } = tiers.tenant;

describe("TEN-01", () => {
    const messages = async (resources: Resource[]) => (await judge(resources)).of("TEN-01");

    it("is met by a namespace with quota and limits", async () => {
        assert.deepEqual(await messages(stack("app", { hard: { pods: "500" } })), []);
    });

    it("is violated by a namespace without them, declared or not", async () => {
        const [component, namespace] = stack("app");
        assert.ok(component && namespace);
        const missing = ["ResourceQuota", "LimitRange"].map(
            (kind) =>
                `Namespace/apps: it has no ${kind}; create the namespace with components/base/namespace.ts.`,
        );
        assert.deepEqual(await messages([component, namespace]), missing);
        assert.deepEqual(await messages([deployment()]), missing);
    });

    it("judges a patched namespace like one of its own", async () => {
        const [component, namespace] = stack("platform", { patch: true });
        assert.ok(component && namespace);
        assert.equal((await messages([component, namespace])).length, 2);
    });

    const spoiled = (kind: string, spec: Inputs) =>
        stack("app").map((item) =>
            item.inputs.kind === kind ? { ...item, inputs: { ...item.inputs, spec } } : item,
        );
    for (const [title, resources, message] of [
        ["an empty quota", stack("app", { hard: {} }), /ResourceQuota bounds neither pods nor/],
        [
            "a quota of other things",
            stack("app", { hard: { "count/secrets": "9", "requests.storage": "1Gi" } }),
            /ResourceQuota bounds neither pods nor/,
        ],
        [
            "a quota of CPU alone",
            stack("app", { hard: { "requests.cpu": "1" } }),
            /ResourceQuota bounds neither pods nor/,
        ],
        [
            "a quota for some pods",
            spoiled("ResourceQuota", { hard: quota, scopes: ["BestEffort"] }),
            /ResourceQuota holds only for the pods of its scope/,
        ],
        [
            "a quota for a priority",
            spoiled("ResourceQuota", {
                hard: quota,
                scopeSelector: {
                    matchExpressions: [
                        { scopeName: "PriorityClass", operator: "In", values: ["high"] },
                    ],
                },
            }),
            /ResourceQuota holds only for the pods of its scope/,
        ],
        ["an empty range", stack("app", { limits: [] }), /LimitRange gives containers no memory/],
        [
            "a range for claims",
            stack("app", { limits: [{ type: "PersistentVolumeClaim", max: { storage: "1Gi" } }] }),
            /LimitRange gives containers no memory/,
        ],
        [
            "a range of requests",
            stack("app", { limits: [{ type: "Container", defaultRequest: { memory: "1Gi" } }] }),
            /LimitRange gives containers no memory/,
        ],
    ] as const) {
        it(`is violated by ${title}`, async () => {
            const found = await messages(resources);
            assert.equal(found.length, 1, found.join("\n"));
            assert.match(found[0] ?? "", message);
        });
    }

    it("is met by a maximum, which is the default too, and by a scoped quota beside one", async () => {
        const range = [{ type: "Container", max: { memory: "1Gi" } }];
        assert.deepEqual(await messages(stack("app", { limits: range })), []);
        const scoped = object({
            apiVersion: "v1",
            kind: "ResourceQuota",
            metadata: { name: "high", namespace: "apps" },
            spec: { hard: { pods: "5" }, scopes: ["NotTerminating"] },
        });
        assert.deepEqual(await messages([...stack("app"), scoped]), []);
    });

    it("is violated by a quota without any limit", async () => {
        assert.equal((await messages(stack("app", { hard: undefined }))).length, 1);
    });

    it("is met by a tenant with the values of the tier", async () => {
        assert.deepEqual(await messages(stack("tenant")), []);
    });

    it("is met by a tenant with less", async () => {
        assert.deepEqual(await messages(stack("tenant", { hard: { ...quota, pods: "10" } })), []);
    });

    for (const [key, value] of Object.entries({
        "requests.cpu": "4100m",
        "requests.memory": "9Gi",
        "limits.cpu": "9",
        "limits.memory": "18G",
        persistentvolumeclaims: "21",
        pods: "101",
    })) {
        it(`is violated by a tenant with ${value} of ${key}`, async () => {
            assert.deepEqual(
                await messages(stack("tenant", { hard: { ...quota, [key]: value } })),
                [
                    `Namespace/apps: its quota of ${key} is "${value}"; a tenant gets at most ${quota[key] ?? ""}.`,
                ],
            );
        });
    }

    it("is violated by a tenant without one of the values", async () => {
        assert.deepEqual(await messages(stack("tenant", { hard: { ...quota, pods: undefined } })), [
            "Namespace/apps: its quota of pods is absent; a tenant gets at most 100.",
        ]);
    });

    it("is violated by a tenant with larger or no defaults for containers", async () => {
        const limits = [{ type: "Container", default: { cpu: "1", memory: "512Mi" } }];
        assert.deepEqual(await messages(stack("tenant", { limits })), [
            'Namespace/apps: its container default of cpu is "1"; a tenant gets at most 500m.',
            "Namespace/apps: its container defaultRequest of cpu is absent; a tenant gets at most 100m.",
            "Namespace/apps: its container defaultRequest of memory is absent; a tenant gets at most 128Mi.",
        ]);
    });

    it("counts the smallest of several quotas", async () => {
        const second = object({
            apiVersion: "v1",
            kind: "ResourceQuota",
            metadata: { name: "second", namespace: "apps" },
            spec: { hard: { pods: "50" } },
        });
        const wide = stack("tenant", { hard: { ...quota, pods: "500" } });
        assert.deepEqual(await messages([...wide, second]), []);
    });

    it("is not judged where tier, quota, limits or values are unknown", async () => {
        for (const resources of [
            stack(UNKNOWN),
            stack("app", { hard: UNKNOWN }),
            stack("app", { limits: UNKNOWN }),
            stack("tenant", { hard: { ...quota, pods: UNKNOWN } }),
            stack("tenant", { limits: [UNKNOWN] }),
        ]) {
            assert.equal((await judge(resources)).verdict("TEN-01").verdict, "not judged");
        }
    });
});
