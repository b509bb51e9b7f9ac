/** SEC-11 of pipelines: an image is scanned before it has the name that is deployed from. */
import * as assert from "node:assert/strict";
import { scans } from "../../../../policy/criteria/security/scans";
import { type Inputs, judge, type Resource, UNKNOWN } from "../../harness";
import { within } from "../../sound-backups";

type Step = Inputs;

const scan: Step = {
    name: "scan",
    image: "ghcr.io/aquasecurity/trivy:0.72.0",
    command: ["trivy"],
    args: ["image", "--severity=CRITICAL", "--exit-code=1", "a/b@sha256:1"],
};
const push: Step = {
    image: "a/cosign:v3",
    command: ["cosign"],
    args: ["copy", "--force", "a", "b"],
};
const build: Step = { image: "a/builder:1", command: ["/cnb/lifecycle/creator"], args: ["-app=."] };
const test: Step = { image: "a/node:24", command: ["/bin/sh", "-c"], args: ["npm test"] };

/** A Pipeline whose tasks hold one step each, one after the other unless they say otherwise. */
function pipeline(
    steps: readonly (readonly [name: string, step: Step, task?: Inputs])[],
): Resource {
    return within("builds", "tekton.dev/v1", "Pipeline", "shop", {
        spec: {
            tasks: steps.map(([name, step, task = {}], index) => {
                const earlier = steps[index - 1]?.[0];
                return {
                    name,
                    taskSpec: { steps: [step] },
                    ...(earlier === undefined ? {} : { runAfter: [earlier] }),
                    ...task,
                };
            }),
        },
    });
}

const verdictOf = async (...resources: Resource[]) =>
    (await judge(resources, { judgedBy: [scans] })).verdict("SEC-11").verdict;
const foundIn = async (...resources: Resource[]) =>
    (await judge(resources, { judgedBy: [scans] })).of("SEC-11");

/** A step of Trivy with other arguments. */
const scanning = (...args: string[]): Step => ({ ...scan, args: ["image", ...args, "a/b"] });

describe("SEC-11 of pipelines", () => {
    it("is met where a scan that ends the run comes before what names the image", async () => {
        const steps = [
            ["test", test],
            ["build", build],
            ["scan", scan],
            ["push", push],
        ] as const;
        assert.equal(await verdictOf(pipeline(steps)), "met");
        // Through others, and by a result alone.
        const byResult = { runAfter: [], params: [{ value: "$(tasks.scan.results.digest)" }] };
        assert.equal(
            await verdictOf(
                pipeline([
                    ["scan", scan],
                    ["note", test],
                    ["push", push],
                ]),
            ),
            "met",
        );
        assert.equal(
            await verdictOf(
                pipeline([
                    ["scan", scan],
                    ["push", push, byResult],
                ]),
            ),
            "met",
        );
    });

    it("is met by other spellings of the scan", async () => {
        for (const step of [
            scanning("--exit-code", "2", "--severity", "HIGH,CRITICAL"),
            scanning("--exit-code=1"),
            { image: "ghcr.io/aquasecurity/trivy:0.72.0", args: ["image", "--exit-code=1", "a"] },
            { image: "a/tools:1", script: "#!/bin/sh\nset -e\ntrivy image --exit-code 1 a/b\n" },
            { ...scan, args: ["image", "a"], env: [{ name: "TRIVY_EXIT_CODE", value: "1" }] },
            { ...scan, args: ["--cache-dir", "/tmp", "image", "--exit-code=1", "a"] },
        ]) {
            const found = await foundIn(
                pipeline([
                    ["scan", step],
                    ["push", push],
                ]),
            );
            assert.deepEqual(found, [], JSON.stringify(step));
        }
    });

    it("is violated by a scan that lets everything through", async () => {
        const sentence =
            "Pipeline/builds/shop: its task push puts an image where it is deployed from before a scan could stop it; let it run after a task with trivy image --exit-code=1 --severity=CRITICAL.";
        for (const step of [
            scanning("--severity=CRITICAL"),
            scanning("--exit-code=0", "--severity=CRITICAL"),
            scanning("--exit-code=1", "--severity=HIGH"),
            scanning("--exit-code=1", "--scanners=secret"),
            scanning("--exit-code=1", "--exit-code=0"),
            { ...scan, args: ["fs", "--exit-code=1", "."] },
            { ...scan, onError: "continue" },
            test,
        ]) {
            const found = await foundIn(
                pipeline([
                    ["scan", step],
                    ["push", push],
                ]),
            );
            assert.deepEqual(found, [sentence], JSON.stringify(step));
        }
        for (const task of [{ onError: "continue" }, { when: [{ input: "a", operator: "in" }] }]) {
            const found = await foundIn(
                pipeline([
                    ["scan", scan, task],
                    ["push", push],
                ]),
            );
            assert.deepEqual(found, [sentence], JSON.stringify(task));
        }
    });

    it("is violated where the scan comes too late, beside it, or not at all", async () => {
        for (const steps of [
            [
                ["push", push],
                ["scan", scan],
            ],
            [
                ["scan", scan],
                ["push", push, { runAfter: [] }],
            ],
            [["push", push]],
        ] as const) {
            assert.equal((await foundIn(pipeline(steps))).length, 1);
        }
        for (const step of [
            { image: "a/crane:1", command: ["crane"], args: ["tag", "a/b", "v1"] },
            { image: "gcr.io/go-containerregistry/crane:1", args: ["cp", "a", "b"] },
            { image: "a/b:1", script: "skopeo copy docker://a docker://b" },
            { image: "a/b:1", command: ["sh", "-c"], args: ["docker build . && docker push a/b"] },
            { image: "a/b:1", command: ["buildah"], args: ["push", "a/b"] },
            build,
        ]) {
            const found = await foundIn(pipeline([["publish", step]]));
            assert.equal(found.length, 1, JSON.stringify(step));
        }
    });

    it("asks nothing of pipelines without images, nor of images that only come in", async () => {
        for (const step of [
            test,
            { image: "a/b:1", script: "skopeo copy docker://a oci:/tmp/a" },
            { image: "a/cosign:1", command: ["cosign"], args: ["verify", "a"] },
            { image: "a/b:1", command: ["docker"], args: ["build", "."] },
        ]) {
            assert.deepEqual(await foundIn(pipeline([["one", step]])), [], JSON.stringify(step));
        }
    });

    it("reads Tasks by their names, in their namespace alone", async () => {
        const task = (name: string, step: Step, space = "builds") =>
            within(space, "tekton.dev/v1", "Task", name, { spec: { steps: [step] } });
        const named = within("builds", "tekton.dev/v1", "Pipeline", "shop", {
            spec: {
                tasks: [
                    { name: "scan", taskRef: { name: "scan" } },
                    { name: "push", taskRef: { name: "push" }, runAfter: ["scan"] },
                ],
            },
        });
        assert.equal(await verdictOf(named, task("scan", scan), task("push", push)), "met");
        assert.equal((await foundIn(named, task("scan", test), task("push", push))).length, 1);
        // Nobody knows what a Task of elsewhere does.
        const elsewhere = [named, task("scan", scan, "other"), task("push", push)];
        assert.equal(await verdictOf(...elsewhere), "not judged");
    });

    it("is not judged where tasks are unknown, and not applicable without any pipeline", async () => {
        const hidden = within("builds", "tekton.dev/v1", "Pipeline", "shop", {
            spec: { tasks: UNKNOWN },
        });
        assert.equal(await verdictOf(hidden), "not judged");
        const step = { ...scan, args: UNKNOWN };
        assert.equal(
            await verdictOf(
                pipeline([
                    ["scan", step],
                    ["push", push],
                ]),
            ),
            "not judged",
        );
        assert.equal(await verdictOf(within("a", "v1", "ConfigMap", "b", {})), "not applicable");
    });
});
