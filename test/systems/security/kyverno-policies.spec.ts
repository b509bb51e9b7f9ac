import assert from "node:assert/strict";
import { policies } from "../../../components/security/kyverno-policies";
import { admissionExemptions } from "../../../trust/admission-exemptions";
import { needsCharts, type RecordedStack, stack } from "../../fixtures/stack";
import { workloads } from "../workloads";
import { podOf, refusals } from "./admission";
import { labels, pod, container, refused, withContainer } from "./sample-pods";

describe("admission policies", () => {
    it("are the eight of the readiness list, and deny, and fail closed", () => {
        assert.deepEqual(policies.map(({ metadata }) => metadata.name).sort(), [
            "deny-host-path",
            "deny-latest-tag",
            "deny-privileged",
            "require-labels",
            "require-limits",
            "require-non-root",
            "require-read-only-root",
            "restrict-registries",
        ]);
        for (const { apiVersion, kind, spec } of policies) {
            const { validationActions, failurePolicy } = spec as Record<string, unknown>;
            assert.deepEqual([apiVersion, kind], ["policies.kyverno.io/v1", "ValidatingPolicy"]);
            assert.deepEqual(validationActions, ["Deny"]);
            assert.equal(failurePolicy, "Fail");
        }
    });

    it("admit a pod that conforms, by tag or by digest", async () => {
        assert.deepEqual(await refusals(pod()), []);
        const digest = `ghcr.io/example/shop@sha256:${"0".repeat(64)}`;
        assert.deepEqual(await refusals(withContainer({ image: digest })), []);
        const inherited = pod({
            securityContext: { runAsNonRoot: true, runAsUser: 1000 },
            containers: [{ ...container, securityContext: { readOnlyRootFilesystem: true } }],
        });
        assert.deepEqual(await refusals(inherited), []);
    });

    for (const [name, what, object] of refused) {
        it(`refuse a pod ${what} (${name})`, async () => {
            assert.deepEqual(await refusals(object), [name]);
        });
    }

    it("refuse a Deployment without the standard labels", async () => {
        const deployment = { apiVersion: "apps/v1", kind: "Deployment", spec: {} };
        const metadata = { name: "shop", namespace: "shop" };
        assert.deepEqual(await refusals({ ...deployment, metadata }), ["require-labels"]);
        assert.deepEqual(await refusals({ ...deployment, metadata: { ...metadata, labels } }), []);
    });

    it("leave the labels of what a controller or an operator makes to it", async () => {
        const ownerReferences = [{ kind: "Cluster", name: "shop-db" }];
        assert.deepEqual(await refusals(pod({}, { labels: {}, ownerReferences })), []);
    });

    it("let go what is being deleted, whatever it is", async () => {
        const deletionTimestamp = "2026-11-21T00:00:00Z";
        assert.deepEqual(await refusals(pod({ hostNetwork: true }, { deletionTimestamp })), []);
    });

    it("leave alone the namespaces without which the cluster cannot get up again", async () => {
        for (const namespace of ["kube-system", "kyverno", "rook-ceph"]) {
            assert.ok(namespace in admissionExemptions);
            assert.deepEqual(await refusals(pod({ hostNetwork: true }, { namespace })), []);
        }
    });

    describe("and the platform itself", () => {
        let prod: RecordedStack;

        before(async () => {
            prod = await stack("prod");
        });

        it("admit every workload and every pod of its systems", async function () {
            needsCharts(this, prod);
            const refusedObjects: Record<string, string[]> = {};
            for (const workload of workloads(prod)) {
                for (const object of [workload.manifest, podOf(workload)]) {
                    const names = await refusals(object);
                    if (names.length > 0) {
                        refusedObjects[`${object.kind} of ${workload.key}`] = names;
                    }
                }
            }
            assert.deepEqual(refusedObjects, {});
        });

        it("are registered with the standard labels", () => {
            const registered = prod.ofKind("ValidatingPolicy");
            assert.equal(registered.length, policies.length);
            assert.ok(
                registered.every(
                    ({ metadata }) => metadata.labels?.["app.kubernetes.io/part-of"] === "platform",
                ),
            );
        });

        it("have webhooks that are not even asked about exempt namespaces", function () {
            needsCharts(this, prod);
            const { data } = prod.object("ConfigMap/kyverno/kyverno");
            const { webhooks } = data as { webhooks: string };
            for (const namespace of Object.keys(admissionExemptions)) {
                assert.ok(webhooks.includes(`"${namespace}"`), namespace);
            }
        });
    });
});
