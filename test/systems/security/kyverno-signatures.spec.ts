import assert from "node:assert/strict";
import { signaturePolicies } from "../../../components/security/kyverno-signatures";
import { meets } from "../../../policy/engines/admission/expressions";
import { admissionExemptions } from "../../../trust/admission-exemptions";
import { signedImages } from "../../../trust/image-signatures";
import { isAllowedImage } from "../../../trust/registries";
import { sampleSettings } from "../../fixtures/settings";
import { needsCharts, stack, stackWith } from "../../fixtures/stack";
import { workloads } from "../workloads";

interface Spec {
    readonly validationActions: readonly string[];
    readonly failurePolicy: string;
    readonly matchConditions: readonly { readonly expression: string }[];
    readonly matchConstraints: {
        readonly namespaceSelector: {
            readonly matchExpressions: readonly { readonly values: readonly string[] }[];
        };
    };
}

const specs = (mode: "audit" | "enforce") =>
    signaturePolicies(mode).map(({ spec }) => spec as Spec);

describe("signatures of images", () => {
    it("are asked for by one policy for each source that signs", () => {
        assert.deepEqual(
            signaturePolicies("audit").map(({ metadata }) => metadata.name),
            Object.keys(signedImages).map((name) => `signed-${name}`),
        );
    });

    it("only tell and hold up nothing unless the site enforces them", () => {
        for (const spec of specs("audit")) {
            assert.deepEqual([spec.validationActions, spec.failurePolicy], [["Audit"], "Ignore"]);
        }
        for (const spec of specs("enforce")) {
            assert.deepEqual([spec.validationActions, spec.failurePolicy], [["Deny"], "Fail"]);
        }
    });

    it("are not asked for where Kyverno is not asked", () => {
        for (const { matchConstraints } of specs("enforce")) {
            const [exempt] = matchConstraints.namespaceSelector.matchExpressions;
            assert.deepEqual(exempt?.values, Object.keys(admissionExemptions));
        }
    });

    it("are asked of people, programs and operators, and not again of Kubernetes' own controllers", () => {
        const asked = (username: string) =>
            specs("enforce").every(({ matchConditions }) =>
                matchConditions.every(
                    ({ expression }) =>
                        meets(expression, { request: { userInfo: { username } } }) === true,
                ),
            );
        assert.ok(asked("oidc:ada"));
        assert.ok(asked("system:serviceaccount:cnpg-system:cloudnative-pg"));
        assert.ok(asked("system:serviceaccount:shop:replicaset-controller"));
        assert.ok(!asked("system:serviceaccount:kube-system:replicaset-controller"));
        assert.ok(!asked("system:serviceaccount:kube-system:cronjob-controller"));
    });

    it("are of images that may run, and of patterns that bind both ends", () => {
        for (const [name, { images, signer, source }] of Object.entries(signedImages)) {
            assert.ok(
                images.every((image) => isAllowedImage(`${image}:1`)),
                name,
            );
            assert.ok(source.length > 0);
            if ("subject" in signer) {
                assert.match(signer.subject, /^\^https:\/\/github\\\.com\/.+\$$/, name);
            }
        }
    });

    it("are of sources that prod has", async function () {
        const prod = await stack("prod");
        needsCharts(this, prod);
        const used = JSON.stringify(workloads(prod).map(({ manifest }) => manifest));
        const clusters = JSON.stringify(prod.ofKind("Cluster"));
        for (const { images } of Object.values(signedImages)) {
            assert.ok(
                images.some((image) => (used + clusters).includes(`"${image}:`)),
                images.join(),
            );
        }
    });

    it("are in the stack as the site says", async () => {
        const audited = (await stack("prod")).ofKind("ImageValidatingPolicy");
        assert.equal(audited.length, Object.keys(signedImages).length);
        const systems = { kyverno: { imageSignatures: "enforce" } };
        const enforced = (await stackWith({ profile: "prod", systems })).ofKind(
            "ImageValidatingPolicy",
        );
        assert.deepEqual(
            enforced.map(({ spec }) => (spec as Spec).validationActions[0]),
            audited.map(() => "Deny"),
        );
    });

    it("have two modes, and a third is told in one sentence", () => {
        assert.throws(
            () => sampleSettings({ systems: { kyverno: { imageSignatures: "off" } } }),
            /systems\.kyverno\.imageSignatures.*"?off"?.*audit.*enforce/,
        );
    });
});
