import * as assert from "node:assert/strict";
import { container, deployment, judge, object, type Resource, UNKNOWN } from "../../harness";
import { namespace } from "../../objects";

const WEB = "Deployment/apps/web";

describe("SEC-02", () => {
    const enforce = (level: unknown, version?: unknown) => ({
        "pod-security.kubernetes.io/enforce": level,
        "pod-security.kubernetes.io/enforce-version": version,
    });
    const messages = async (...resources: Resource[]) => (await judge(resources)).of("SEC-02");

    it("is met by a restricted namespace with a restricted pod", async () => {
        assert.deepEqual(
            await messages(namespace("apps", enforce("restricted", "v1.35")), deployment()),
            [],
        );
    });

    it("is violated by a namespace without a level, or with an invalid one", async () => {
        assert.deepEqual(await messages(namespace("apps")), [
            "Namespace/apps: pod-security.kubernetes.io/enforce is absent; set it to restricted.",
        ]);
        assert.deepEqual(await messages(namespace("apps", enforce("strict"))), [
            'Namespace/apps: pod-security.kubernetes.io/enforce is "strict"; set it to restricted.',
        ]);
    });

    it("is violated by a weaker level that is not listed", async () => {
        assert.match(
            (await messages(namespace("apps", enforce("baseline")))).join(),
            /enforce is baseline; set it to restricted, or list the namespace/,
        );
    });

    it("is met by the level that the list allows, also of a patched namespace", async () => {
        const level = enforce("privileged", "latest");
        assert.deepEqual(await messages(namespace("rook-ceph", level)), []);
        assert.deepEqual(await messages(namespace("kube-system", level, { patch: true })), []);
    });

    it("is violated by an invalid version", async () => {
        assert.match(
            (await messages(namespace("apps", enforce("restricted", "1.35")))).join(),
            /enforce-version is "1\.35"; use v1\.35 or latest/,
        );
    });

    it("is violated by a pod that its namespace refuses, and names the check", async () => {
        const found = await messages(
            namespace("apps", enforce("restricted")),
            deployment({ container: { securityContext: { privileged: true } } }),
        );
        assert.ok(found.length > 0);
        assert.ok(
            found.some((message) =>
                message.startsWith(`${WEB}: the restricted level refuses its pods (privileged`),
            ),
            found.join("\n"),
        );
    });

    it("judges a pod at the level of its namespace", async () => {
        const root = deployment({ container: { securityContext: {} } });
        const privileged = { ...enforce("privileged") };
        const inRook = {
            ...root,
            inputs: { ...root.inputs, metadata: { name: "web", namespace: "rook-ceph" } },
        };
        assert.deepEqual(await messages(namespace("rook-ceph", privileged), inRook), []);
    });

    it("judges a pod in a namespace that nobody declared at restricted", async () => {
        assert.deepEqual(await messages(deployment()), []);
        const root = deployment({ container: { securityContext: {} } });
        assert.ok((await messages(root)).length > 0);
    });

    it("judges jobs too", async () => {
        const job = object({
            apiVersion: "batch/v1",
            kind: "Job",
            metadata: { name: "job", namespace: "apps" },
            spec: {
                template: { spec: { hostNetwork: true, containers: [container()] } },
            },
        });
        assert.match((await messages(job)).join(), /hostNamespaces/);
    });

    it("is not judged where levels, versions, templates or fields are unknown", async () => {
        const restricted = namespace("apps", enforce("restricted"));
        for (const resources of [
            [namespace("apps", enforce(UNKNOWN))],
            [namespace("apps", enforce("restricted", UNKNOWN))],
            [namespace("apps", UNKNOWN), deployment()],
            [restricted, deployment({ spec: { template: { spec: UNKNOWN } } })],
            [restricted, deployment({ pod: { hostNetwork: UNKNOWN } })],
        ]) {
            const result = await judge(resources);
            assert.equal(result.verdict("SEC-02").verdict, "not judged");
        }
    });
});
