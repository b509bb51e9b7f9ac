import * as assert from "node:assert/strict";
import { tenantsApart } from "../../../../policy/criteria/multi-tenancy/tenants";
import { Sound } from "../../change";
import { object, resource, type Resource, UNKNOWN } from "../../harness";

/** A tenant's own component, its namespace and what closes that. */
function tenant(name: string, group: unknown): Readonly<Record<string, Resource>> {
    const namespace = `tenant-${name}`;
    const own = resource("platform:tenancy:Tenant", namespace, { group });
    const component = {
        ...resource("platform:base:Namespace", namespace, { tier: "tenant" }),
        parent: own.urn,
    };
    return {
        [`${name} itself`]: own,
        [`${name} component`]: component,
        [name]: object(
            { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
            { parent: component.urn },
        ),
        [`${name} closed`]: policy(namespace, "default-deny", {
            podSelector: {},
            policyTypes: ["Ingress", "Egress"],
        }),
    };
}

function policy(namespace: string, name: string, spec: unknown): Resource {
    return object({
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name, namespace },
        spec,
    });
}

function binding(namespace: string | undefined, subjects: readonly object[]): Resource {
    return object({
        apiVersion: "rbac.authorization.k8s.io/v1",
        kind: namespace === undefined ? "ClusterRoleBinding" : "RoleBinding",
        metadata: { name: "people", ...(namespace === undefined ? {} : { namespace }) },
        roleRef: { kind: "ClusterRole", name: "app-developer" },
        subjects,
    });
}

const people = (name: string) => ({
    apiGroup: "rbac.authorization.k8s.io",
    kind: "Group",
    name: `oidc:${name}`,
});

const stack = new Sound(tenantsApart, {
    ...tenant("blue", "team-blue"),
    ...tenant("green", "team-green"),
    people: binding("tenant-blue", [people("team-blue")]),
});

/** Both ways open on a port. */
function opened(port: number, back = port): Readonly<Record<string, Resource>> {
    const to = (name: string) => [
        { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } },
    ];
    const ports = (one: number) => [{ port: one, protocol: "TCP" }];
    return {
        out: policy("tenant-blue", "out", {
            podSelector: {},
            policyTypes: ["Egress"],
            egress: [{ to: to("tenant-green"), ports: ports(port) }],
        }),
        in: policy("tenant-green", "in", {
            podSelector: {},
            policyTypes: ["Ingress"],
            ingress: [{ from: to("tenant-blue"), ports: ports(back) }],
        }),
    };
}

describe("TEN-03", () => {
    it("is met by tenants behind closed borders, whose people have roles at home", async () => {
        assert.deepEqual(await stack.found(stack.judge()), []);
        assert.equal(await stack.verdict(stack.judge()), "met");
    });

    it("is violated by a way that both borders let through, the port of the mesh as well", async () => {
        for (const port of [80, 15_008]) {
            const [message = ""] = await stack.found(stack.judge(opened(port)));
            assert.match(message, /tenant tenant-blue reaches tenant tenant-green on TCP/);
        }
        assert.deepEqual(await stack.found(stack.judge(opened(80, 81))), []);
    });

    it("is violated by a tenant whose border nobody closed", async () => {
        const found = await stack.found(stack.without("blue closed", "green closed"));
        assert.equal(found.length, 2, found.join("\n"));
    });

    it("is violated by the people of a tenant with a role elsewhere or everywhere", async () => {
        for (const namespace of ["tenant-green", "n8n", undefined]) {
            const [message = "", ...others] = await stack.found(
                stack.judge({ people: binding(namespace, [people("team-blue")]) }),
            );
            assert.match(message, /it gives tenant team-blue the role app-developer in/);
            assert.deepEqual(others, []);
        }
    });

    it("is violated by the accounts of a tenant with a role elsewhere", async () => {
        for (const subject of [
            { kind: "ServiceAccount", name: "default", namespace: "tenant-blue" },
            { kind: "Group", name: "system:serviceaccounts:tenant-blue" },
        ]) {
            const found = await stack.found(
                stack.judge({ people: binding("tenant-green", [subject]) }),
            );
            assert.equal(found.length, 1, found.join("\n"));
        }
    });

    it("leaves groups that are no tenant's alone", async () => {
        const own = binding("tenant-green", [people("team-blue-too"), people("platform-admin")]);
        assert.deepEqual(await stack.found(stack.judge({ people: own })), []);
    });

    it("is not applicable without tenants, and not judged where one is unknown", async () => {
        const none = ["blue", "green"].flatMap((name) => [
            ...[name, `${name} itself`, `${name} component`, `${name} closed`],
        ]);
        assert.equal(await stack.verdict(stack.without(...none)), "not applicable");
        for (const changed of [
            stack.with("blue itself", ["group"], UNKNOWN),
            stack.with("blue component", ["tier"], UNKNOWN),
            stack.with("blue closed", ["spec"], UNKNOWN),
        ]) {
            assert.equal(await stack.verdict(changed), "not judged");
        }
    });
});
