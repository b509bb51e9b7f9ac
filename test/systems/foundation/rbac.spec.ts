import assert from "node:assert/strict";
import { readList, readString } from "../../../policy/kernel/tree";
import { stack } from "../../fixtures/stack";
import { judgedStacks } from "../variants";

const ROLES = ["platform-admin", "app-developer", "monitoring-reader", "storage-admin"];

describe("Rbac", () => {
    it("makes the four roles, each with what the platform adds to it", async () => {
        const roles = (await stack("prod")).component("rbac").ofKind("ClusterRole");
        const names = roles.map(({ metadata }) => metadata.name ?? "");
        assert.deepEqual(names.sort(), ROLES.flatMap((name) => [name, `${name}:platform`]).sort());
    });

    it("gives those of the cluster to the groups that are called like them", async () => {
        const bindings = (await stack("prod")).component("rbac").ofKind("ClusterRoleBinding");
        const given = bindings.map((binding) => [
            readString(binding, "roleRef", "name"),
            readList(binding, "subjects").map((subject) => readString(subject, "name")),
        ]);
        const wanted = ROLES.filter((name) => name !== "app-developer");
        assert.deepEqual(given.sort(), wanted.map((name) => [name, [`oidc:${name}`]]).sort());
    });

    it("lets nobody but platform-admin read Secrets or enter pods", async () => {
        const roles = (await stack("prod")).component("rbac").ofKind("ClusterRole");
        const rules = roles.flatMap((role) => readList(role, "rules"));
        const resources = rules.flatMap((rule) => readList(rule, "resources"));
        for (const resource of [
            "secrets",
            "pods/exec",
            "pods/portforward",
            "serviceaccounts/token",
        ]) {
            assert.ok(!resources.includes(resource), resource);
        }
        const selectors = (name: string) =>
            JSON.stringify(roles.find(({ metadata }) => metadata.name === name)?.aggregationRule);
        // Kubernetes' own edit does both.
        assert.match(selectors("app-developer"), /"kubernetes.io\/bootstrapping".*DoesNotExist/);
        for (const name of ["monitoring-reader", "storage-admin"]) {
            assert.doesNotMatch(selectors(name), /aggregate-to-(edit|admin)/);
        }
    });
});

for (const [title, make] of Object.entries(judgedStacks)) {
    it(`developers deploy into each namespace of an application, and into no other, in ${title}`, async () => {
        const recorded = await make();
        const clusters = new Set(
            recorded.settings.site.tenants
                .filter(({ kind }) => kind === "virtual-cluster")
                .map(({ name }) => `tenant-${name}`),
        );
        const ofApplications = recorded
            .ofType("platform:base:Namespace")
            .filter(({ inputs }) => inputs.tier === "app" || inputs.tier === "tenant")
            .map(({ name }) => name)
            // People of a virtual cluster are of that alone.
            .filter((name) => !clusters.has(name));
        const bound = recorded
            .ofKind("RoleBinding")
            .filter((binding) => readString(binding, "roleRef", "name") === "app-developer");
        assert.deepEqual(
            bound.map(({ metadata }) => metadata.namespace).sort(),
            ofApplications.sort(),
        );
        assert.ok(ofApplications.length > 0);
    });
}
