import * as assert from "node:assert/strict";
import { ownership } from "../../../../policy/criteria/delivery/ownership";
import { Sound } from "../../change";
import { type Resource, resource, UNKNOWN } from "../../harness";
import { within } from "../../sound-backups";

const ARGO = "argoproj.io/v1alpha1";
const OWN = "https://kubernetes.default.svc";

function application(destination: unknown, more: object = {}): Resource {
    return within("argocd", ARGO, "Application", "shop", {
        spec: {
            project: "shop",
            source: { repoURL: "https://git.example.org", path: "shop" },
            destination,
            ...more,
        },
    });
}

function set(elements: unknown, namespace: unknown, project: unknown = "{{ .name }}"): Resource {
    return within("argocd", ARGO, "ApplicationSet", "wave-0", {
        spec: {
            goTemplate: true,
            generators: [{ list: { elements } }],
            template: {
                metadata: { name: "{{ .name }}" },
                spec: { project, destination: { server: OWN, namespace } },
            },
        },
    });
}

function project(spec: object, name = "shop"): Resource {
    return within("argocd", ARGO, "AppProject", name, { spec });
}

const own = { server: OWN, namespace: "apps-shop" };

describe("CI-04", () => {
    const stack = new Sound(ownership, {
        operator: within("rook-ceph", "apps/v1", "Deployment", "rook-ceph-operator", {}),
        quota: within("apps-shop", "v1", "ResourceQuota", "tier", {}),
        deny: within("apps-shop", "networking.k8s.io/v1", "NetworkPolicy", "default-deny", {}),
        space: within(undefined, "v1", "Namespace", "apps-shop", {}),
        chart: resource("platform:base:Chart", "cilium", { chart: "cilium", rendered: true }),
        project: project({ destinations: [own] }),
        shop: application(own),
    });

    it("is met by an application in a namespace that the program has only fenced", async () => {
        assert.equal(await stack.verdict(stack.judge()), "met");
    });

    it("is not applicable without applications", async () => {
        assert.equal(await stack.verdict(stack.without("shop", "project")), "not applicable");
    });

    it("is violated by one that deploys where the program owns something", async () => {
        for (const shop of [
            application({ server: OWN, namespace: "rook-ceph" }),
            application({ server: `${OWN}/`, namespace: "rook-ceph" }),
            application({ name: "in-cluster", namespace: "rook-ceph" }),
            application({ namespace: "rook-ceph" }),
            set([{ name: "a", namespace: "rook-ceph" }], "{{ .namespace }}"),
            set([{ name: "a" }, { name: "rook-ceph" }], "{{.name}}"),
            set([{ name: "ceph" }], "rook-{{ .name }}"),
            set([{ name: "a" }], "rook-ceph"),
        ]) {
            assert.match(
                (await stack.found(stack.judge({ shop })))[0] ?? "",
                /it deploys into the namespace rook-ceph, where the program owns Deployment\/rook-ceph\/rook-ceph-operator; give it a namespace of its own\.$/,
            );
        }
    });

    it("is violated by one that deploys a chart of the program, as one source or among several", async () => {
        const message =
            /it deploys the chart cilium, whose objects the program owns; take it out of the repository\.$/;
        for (const more of [
            { source: { repoURL: "https://helm.cilium.io", chart: "cilium" } },
            { source: undefined, sources: [{ path: "values" }, { chart: "cilium" }] },
        ]) {
            const [found = ""] = await stack.found(stack.judge({ shop: application(own, more) }));
            assert.match(found, message);
        }
    });

    it("leaves alone what goes to another cluster", async () => {
        for (const shop of [
            application({ server: "https://10.0.0.1:6443", namespace: "rook-ceph" }),
            application({ name: "edge", namespace: "rook-ceph" }),
        ]) {
            assert.equal(await stack.verdict(stack.judge({ shop })), "met");
        }
    });

    it("is violated by a project that lets applications to the program's objects", async () => {
        for (const destinations of [
            [{ server: "*", namespace: "*" }],
            [{ server: OWN, namespace: "rook-*" }],
            [{ name: "in-cluster", namespace: "rook-cep?" }],
            [
                { server: OWN, namespace: "*" },
                { server: OWN, namespace: "!argocd" },
            ],
        ]) {
            const found = await stack.found(stack.judge({ project: project({ destinations }) }));
            assert.match(found[0] ?? "", /it lets applications into the namespace/);
        }
    });

    it("is content with one that leaves those out", async () => {
        for (const destinations of [
            [{ server: OWN, namespace: "apps-*" }],
            [{ server: "https://10.0.0.1:6443", namespace: "*" }],
            [
                { server: OWN, namespace: "*" },
                { server: OWN, namespace: "!rook-ceph" },
                { server: OWN, namespace: "!argocd" },
            ],
            [],
        ]) {
            const result = stack.judge({ project: project({ destinations }) });
            assert.deepEqual(await stack.found(result), []);
        }
    });

    it("is violated by a project that owns kinds of the cluster, as the program does", async () => {
        const owning = (clusterResourceWhitelist: unknown, more: object = {}) =>
            stack.found(
                stack.judge({
                    project: project({ destinations: [own], clusterResourceWhitelist, ...more }),
                }),
            );
        for (const list of [[{ group: "*", kind: "*" }], [{ group: "", kind: "Namespace" }]]) {
            assert.match(
                (await owning(list))[0] ?? "",
                /own objects of the kind Namespace, as the program does with Namespace\/apps-shop/,
            );
        }
        assert.deepEqual(await owning([]), []);
        assert.deepEqual(await owning([{ group: "storage.k8s.io", kind: "StorageClass" }]), []);
        const denied = { clusterResourceBlacklist: [{ group: "", kind: "Namespace" }] };
        assert.deepEqual(await owning([{ group: "*", kind: "*" }], denied), []);
    });

    it("is not judged where a destination is unknown and no project bounds it", async () => {
        const unbounded = { project: "default" };
        for (const shop of [
            application({ server: OWN, namespace: UNKNOWN }, unbounded),
            application({ server: OWN }, unbounded),
            application(UNKNOWN, unbounded),
            set(UNKNOWN, "{{ .namespace }}", "default"),
            set(UNKNOWN, "{{ .namespace }}"),
        ]) {
            assert.equal(await stack.verdict(stack.judge({ shop })), "not judged");
        }
        // A project of the stack says where it may go at most.
        const bounded = stack.judge({ shop: application({ server: OWN, namespace: UNKNOWN }) });
        assert.equal(await stack.verdict(bounded), "met");
    });

    it("goes by the names of objects of the cluster where a project gives them", async () => {
        const owning = (name: unknown, more: object = {}) =>
            stack.judge({
                project: project({
                    destinations: [own],
                    clusterResourceWhitelist: [{ group: "", kind: "Namespace", name }],
                    ...more,
                }),
            });
        for (const name of [
            "",
            "apps-shop",
            "apps-*",
            "*",
            "apps-sh?p",
            "[a-c]pps-shop",
            "apps\\-shop",
            "[^x]*",
        ]) {
            const [found = ""] = await stack.found(owning(name));
            assert.match(found, /own objects of the kind Namespace/, name);
        }
        for (const name of [
            "ordered-*",
            "apps-",
            "apps-?",
            "[^a]pps-shop",
            "apps-\\*",
            "[a",
            "apps/*",
        ]) {
            assert.deepEqual(await stack.found(owning(name)), [], name);
        }
        const denied = (name: string) => ({
            clusterResourceBlacklist: [{ group: "", kind: "Namespace", name }],
        });
        assert.deepEqual(await stack.found(owning("apps-*", denied("apps-*"))), []);
        assert.equal((await stack.found(owning("apps-*", denied("ordered-*")))).length, 1);
        assert.equal(await stack.verdict(owning(UNKNOWN)), "not judged");
        assert.equal(await stack.verdict(owning("ordered-*")), "met");
    });

    it("is not judged where a project is unknown", async () => {
        for (const spec of [
            { destinations: UNKNOWN },
            { destinations: [{ server: OWN, namespace: UNKNOWN }] },
            { destinations: [own], clusterResourceWhitelist: UNKNOWN },
        ]) {
            const result = stack.judge({ project: project(spec) });
            assert.equal(await stack.verdict(result), "not judged");
        }
    });
});
