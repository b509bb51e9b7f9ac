import * as assert from "node:assert/strict";
import { toRehearsedStack } from "../../rehearsal/stack";
import { promisesOf } from "../../rehearsal/promises";
import { keyOf, type Measured, yardsticksOf } from "../../rehearsal/services";
import { deployment, type Resource, resource } from "../policy/harness";
import { database, sentinels } from "./operators";
import { inApps, namespace, recorded, root, stackOf } from "./stacks";

const service = (name: string, selector?: Record<string, string>) =>
    inApps("v1", "Service", name, { spec: { selector, ports: [{ port: 80 }] } });
const budget = (name: string, app: string) =>
    inApps("policy/v1", "PodDisruptionBudget", name, {
        spec: { minAvailable: 1, selector: { matchLabels: { app } } },
    });
/** A Deployment whose pods have its own name as label. */
const workload = (name: string, replicas: number, priorityClassName?: string) =>
    deployment({
        name,
        spec: {
            replicas,
            selector: { matchLabels: { app: name } },
            template: {
                metadata: { labels: { app: name } },
                spec: { priorityClassName, containers: [{ name, image: "example" }] },
            },
        },
    });
const measured = (...resources: Resource[]) =>
    yardsticksOf(stackOf(namespace, ...resources), "2026-01-01").measured;
const byKey = (items: readonly Measured[]) => new Map(items.map((item) => [keyOf(item), item]));

describe("what losses and drains are measured by", () => {
    it("is every Service with pods, those of operators included", () => {
        const names = measured(
            workload("web", 2),
            service("web", { app: "web" }),
            service("external"),
            service("nobody", { app: "nobody" }),
            database(),
        ).map(keyOf);
        assert.deepEqual(names, [
            "Service apps/web",
            "Service apps/db-rw",
            "Service apps/db-ro",
            "Service apps/db-r",
        ]);
    });

    it("is also the budget of pods that no Service reaches", () => {
        const stack = stackOf(
            namespace,
            workload("web", 2),
            workload("worker", 2),
            service("web", { app: "web" }),
            budget("web", "web"),
            budget("worker", "worker"),
        );
        const { measured: items, budgets } = yardsticksOf(stack, "2026-01-01");
        assert.deepEqual(items.map(keyOf), ["Service apps/web", "PodDisruptionBudget apps/worker"]);
        assert.deepEqual(
            budgets.map(({ name }) => name),
            ["apps/web", "apps/worker"],
        );
    });

    it("is critical when the settings list its workload or its priority is the platform's", () => {
        const resources = recorded(
            namespace,
            workload("listed", 2),
            workload("urgent", 2, "system-cluster-critical"),
            workload("plain", 2),
            ...["listed", "urgent", "plain"].map((app) => service(app, { app })),
        ).map((item) =>
            item.urn === root.urn
                ? {
                      ...item,
                      inputs: { ...item.inputs, criticalWorkloads: ["Deployment/apps/listed"] },
                  }
                : item,
        );
        const items = yardsticksOf(toRehearsedStack("test", resources), "2026-01-01").measured;
        assert.deepEqual(
            items.map(({ name, critical }) => [name, critical]),
            [
                ["apps/listed", true],
                ["apps/urgent", true],
                ["apps/plain", false],
            ],
        );
    });

    it("has the reason of an exception for a single replica, as long as it holds", () => {
        const exceptions = [
            {
                criterion: "HA-04",
                resource: "Deployment/apps/single",
                reason: "It has no leader election.",
                guard: "none",
                expires: "2026-06-30",
            },
        ];
        const stack = stackOf(
            namespace,
            resource("platform:apps:Single", "single", { exceptions }),
            workload("single", 1),
            service("single", { app: "single" }),
        );
        const reasonOn = (day: string) => yardsticksOf(stack, day).measured[0]?.reason;
        assert.equal(reasonOn("2026-06-30"), "It has no leader election.");
        assert.equal(reasonOn("2026-07-01"), undefined);
    });

    it("has a reason for any single pod in a profile that promises no more", () => {
        const stack = stackOf(
            namespace,
            workload("single", 1),
            workload("pair", 2),
            service("single", { app: "single" }),
            service("pair", { app: "pair" }),
        );
        const isPromised = promisesOf({ "ha-04-replicas": "advisory" });
        assert.deepEqual(
            yardsticksOf(stack, "2026-01-01", isPromised).measured.map(({ reason }) => reason),
            ["a single pod, which this profile allows (HA-04 is advisory)", undefined],
        );
    });

    it("needs the majority where pods vote, and one elsewhere", () => {
        const items = byKey(
            measured(sentinels(), workload("web", 3), service("web", { app: "web" })),
        );
        assert.equal(items.get("Service apps/cache-sentinel")?.needed, 2);
        assert.equal(items.get("Service apps/web")?.needed, 1);
    });

    it("knows the role that a Service follows", () => {
        const items = byKey(measured(database()));
        assert.equal(items.get("Service apps/db-rw")?.role?.holder, "primary");
        assert.equal(items.get("Service apps/db-r")?.role, undefined);
    });
});
