/** What nobody described may make what others name or select: never a violation, by its own name. */
import * as assert from "node:assert/strict";
import { disruptionBudgets } from "../../../../policy/criteria/high-availability/disruption-budgets";
import { type Inputs, judge, object, UNKNOWN } from "../../harness";
import { namespace } from "../../objects";
import { global, inApps, type Manifest, pods } from "./rows";
import { unknowns, violations, web } from "./stack";

const RBAC = "rbac.authorization.k8s.io/v1";
const SAID = "may make it, and nobody described in operators/ what it makes";

const hub = (args: readonly string[] = [], name = "hub") =>
    web({ name, labels: { app: name }, pod: { serviceAccountName: name }, container: { args } });
const account = (name = "hub") => inApps("v1", "ServiceAccount", {}, name);
const role = (rule: Inputs, name = "hub"): Manifest[] => [
    inApps(RBAC, "Role", { rules: [{ verbs: ["create"], apiGroups: [""], ...rule }] }, name),
    inApps(
        RBAC,
        "RoleBinding",
        {
            roleRef: { kind: "Role", name },
            subjects: [{ kind: "ServiceAccount", name, namespace: "apps" }],
        },
        name,
    ),
];
const controller = (rule: Inputs, args?: readonly string[]) => [
    hub(args),
    account(),
    ...role(rule),
];
const asks = pods({}, { envFrom: [{ secretRef: { name: "token" } }] });
const service = inApps(
    "v1",
    "Service",
    { spec: { selector: { component: "notebook" }, ports: [{ port: 80 }] } },
    "notebook",
);
const custom = inApps("example.org/v1", "Anything", { spec: {} }, "some");

describe("HA-14, controllers that nobody described,", () => {
    it("may make Secrets, where their role lets them", async () => {
        const stack = [asks, ...controller({ resources: ["secrets"] })];
        assert.deepEqual(await violations(...stack), []);
        assert.deepEqual(await unknowns(...stack), [
            `Deployment/apps/own: containers[main].envFrom[0].secretRef names Secret/apps/token; Deployment/apps/hub ${SAID}`,
        ]);
    });

    it("may make pods, or what becomes some", async () => {
        for (const rule of [
            { resources: ["pods"] },
            { apiGroups: ["apps"], resources: ["statefulsets"] },
            { apiGroups: ["batch"], resources: ["*"] },
        ]) {
            const stack = [service, ...controller(rule)];
            assert.deepEqual(await violations(...stack), []);
            assert.deepEqual(await unknowns(...stack), [
                `Service/apps/notebook: its selector selects no pods so far; Deployment/apps/hub ${SAID}`,
            ]);
        }
    });

    it("may make both as administrators", async () => {
        const binding = global(RBAC, "ClusterRoleBinding", {
            roleRef: { kind: "ClusterRole", name: "cluster-admin" },
            subjects: [{ kind: "ServiceAccount", name: "hub", namespace: "apps" }],
        });
        assert.deepEqual(await violations(asks, service, hub(), account(), binding), []);
    });

    it("are custom resources without a room too", async () => {
        assert.deepEqual(await violations(asks, service, custom), []);
        assert.deepEqual(
            (await unknowns(asks, service, custom)).filter((text) => text.includes(SAID)).length,
            2,
        );
    });

    it("make only where a project of Argo CD lets applications in, once its own is closed", async () => {
        const argo = web({
            name: "hub",
            labels: { app: "hub" },
            pod: { serviceAccountName: "hub" },
            container: { image: "quay.io/argoproj/argocd:v3.4.4" },
        });
        const project = (name: string, ...namespaces: unknown[]) =>
            inApps(
                "argoproj.io/v1alpha1",
                "AppProject",
                {
                    spec: {
                        destinations: namespaces.map((namespace) => ({
                            server: "https://kubernetes.default.svc",
                            namespace,
                        })),
                    },
                },
                name,
            );
        const closed = project("default");
        const count = async (...projects: Manifest[]) => {
            const rights = [account(), ...role({ apiGroups: ["apps"], resources: ["*"] })];
            return (await violations(service, argo, ...rights, ...projects)).length;
        };
        assert.equal(await count(closed, project("orders", "ordered-*")), 1);
        assert.equal(await count(closed, project("orders", "*", "!apps")), 1);
        for (const projects of [
            [],
            [project("orders", "ordered-*")],
            [closed, project("orders", "app?")],
            [project("default", "*")],
            [closed, project("orders", UNKNOWN)],
        ]) {
            assert.equal(await count(...projects), 0);
        }
    });

    it("make nothing that their roles do not let them make", async () => {
        for (const rule of [
            { resources: ["configmaps"] },
            { verbs: ["get"], resources: ["secrets", "pods"] },
            { apiGroups: ["example.org"], resources: ["secrets", "pods"] },
        ]) {
            const found = await violations(asks, service, ...controller(rule));
            assert.equal(found.length, 2);
        }
    });

    it("are described by arguments that name their Secrets", async () => {
        const args = ["--tls-secret-name=other"];
        const stack = controller({ resources: ["secrets"] }, args);
        assert.equal((await violations(asks, ...stack)).length, 1);
    });

    it("are described where they write the status of kinds with a room", async () => {
        const operator = role({
            verbs: ["create", "update"],
            apiGroups: ["", "cert-manager.io"],
            resources: ["secrets", "certificates/status"],
        });
        assert.equal((await violations(asks, hub(), account(), ...operator)).length, 1);
    });

    it("leave what is found to be judged", async () => {
        const wrong = inApps("v1", "ServiceAccount", {}, "robot");
        const names = web({ pod: { serviceAccountName: "robto" } });
        const stack = [names, wrong, ...controller({ resources: ["secrets"] })];
        assert.equal((await violations(...stack)).length, 1);
    });
});

describe("HA-05 of a budget without pods", () => {
    const budget = inApps("policy/v1", "PodDisruptionBudget", {
        spec: { minAvailable: 1, selector: { matchLabels: { component: "notebook" } } },
    });
    const judged = (...stack: (Manifest | ReturnType<typeof hub>)[]) =>
        judge(
            [
                namespace("apps"),
                ...stack.map((item) =>
                    "urn" in item ? (item as ReturnType<typeof hub>) : object(item),
                ),
            ],
            { judgedBy: [disruptionBudgets] },
        );

    it("is not judged where a controller may make them", async () => {
        const result = await judged(budget, ...controller({ resources: ["pods"] }));
        assert.ok(!result.of("HA-05").join().includes("it selects no pods"));
        assert.ok(result.notJudged("HA-05").join().includes(SAID));
    });

    it("is violated where nobody may", async () => {
        assert.match((await judged(budget, hub())).of("HA-05").join(), /it selects no pods;/);
    });
});

describe("HA-14, fields that look like references,", () => {
    it("are none in maps whose keys somebody else chose", async () => {
        const data = { secretName: "a", storageClassName: "b", claimName: "c" };
        const driver = {
            volumes: [{ name: "x", csi: { driver: "d.example.org", volumeAttributes: data } }],
        };
        assert.deepEqual(
            await violations(
                inApps("v1", "ConfigMap", { data }),
                pods({ ...driver, nodeSelector: { secretName: "a" } }),
            ),
            [],
        );
    });

    it("are none of a custom kind, but for the pods in its template", async () => {
        const rollout = (spec: Inputs): Manifest =>
            inApps("argoproj.io/v1alpha1", "Rollout", {
                spec: {
                    selector: { matchLabels: { app: "own" } },
                    template: {
                        metadata: { labels: { app: "own" } },
                        spec: { containers: [{ name: "main" }] },
                    },
                    ...spec,
                },
            });
        const looks = { strategy: { canary: { secretName: "a", storageClassName: "b" } } };
        assert.deepEqual(await violations(rollout(looks)), []);
        const inside = { template: { spec: { serviceAccountName: "nobody", containers: [] } } };
        assert.equal((await violations(rollout({ ...inside, selector: undefined }))).length, 1);
    });
});
