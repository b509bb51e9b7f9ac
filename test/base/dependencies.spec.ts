import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { KubernetesObject } from "../../components/base/object";
import { Recorder, settled } from "../fixtures/recorder";

const names = (urns: readonly string[]) => urns.map((urn) => urn.split("::").at(-1)).sort();

describe("dependencies of objects", () => {
    let recorder: Recorder;
    beforeEach(async () => {
        recorder = await Recorder.install();
    });

    function object(name: string, dependsOn: pulumi.CustomResourceOptions["dependsOn"] = []) {
        const manifest = { apiVersion: "v1", kind: "ConfigMap", metadata: { name } };
        return new KubernetesObject(name, manifest, { dependsOn });
    }

    async function registered(name: string): Promise<(string | undefined)[]> {
        await settled();
        return names(recorder.one("kubernetes:core/v1:ConfigMap", name).dependencies);
    }

    it("are named once, and not at all where another one waits for them", async () => {
        const namespace = object("namespace");
        const quota = object("quota", [namespace]);
        const policy = object("policy", [namespace, quota]);
        object("workload", [namespace, quota, policy, policy]);
        assert.deepEqual(await registered("policy"), ["quota"]);
        assert.deepEqual(await registered("workload"), ["policy"]);
    });

    it("stay all of them where none waits for another", async () => {
        const others = ["a", "b", "c"].map((name) => object(name));
        object("workload", others);
        assert.deepEqual(await registered("workload"), ["a", "b", "c"]);
    });

    it("stay as they are where some are known only later", async () => {
        const namespace = object("namespace");
        const quota = object("quota", namespace);
        object("workload", pulumi.output([namespace, quota]));
        assert.deepEqual(await registered("workload"), ["namespace", "quota"]);
    });
});
