import * as assert from "node:assert/strict";
import { runsEverywhere } from "../../../policy/kubernetes/daemon-coverage";
import { Facts, toFact } from "../../../policy/kernel/facts";
import { flagOf, programsOf, variableOf } from "../../../policy/kubernetes/programs";
import { type Inputs, resource, type Resource, UNKNOWN } from "../harness";
import { running, within } from "../sound-backups";

function factsOf(...resources: Resource[]): Facts {
    const facts = new Facts();
    for (const { urn, type, name, inputs, parent } of resources) {
        const args = { urn, type, name, props: inputs, opts: { parent } };
        facts.collect(toFact(args as unknown as Parameters<typeof toFact>[0]));
    }
    return facts;
}

const image = "registry.example.org:5000/tools/scanner:1.2";

function program(container: Inputs, ...others: Resource[]) {
    const facts = factsOf(running("a", "Deployment", "web", { image, ...container }), ...others);
    const [found] = programsOf(facts, "scanner");
    assert.ok(found);
    return { facts, found };
}

describe("policy/kubernetes/programs", () => {
    it("knows a program by the last part of its image, in no init container", () => {
        const count = (reference: string, role = "containers") =>
            programsOf(
                factsOf(
                    running(
                        "a",
                        "Deployment",
                        "web",
                        { image: "b:1" },
                        {
                            [role]: [{ name: "a", image: reference }],
                        },
                    ),
                ),
                "scanner",
            ).length;
        assert.equal(count("scanner"), 1);
        assert.equal(count("ghcr.io/a/scanner@sha256:abc"), 1);
        assert.equal(count("ghcr.io/scanner/other:1"), 0);
        assert.equal(count("ghcr.io/a/scanner:1", "initContainers"), 0);
    });

    it("reads flags in both forms; the last one counts, and one that stands alone is true", () => {
        const flag = (...args: unknown[]) => {
            const reading = flagOf(program({ args }).found, "keep");
            return reading.state === "known" ? reading.value : reading.state;
        };
        assert.equal(flag("--keep=7d"), "7d");
        assert.equal(flag("-keep", "7d"), "7d");
        assert.equal(flag("--keep=1d", "--keep=a=b"), "a=b");
        assert.equal(flag("--keep", "--other"), "true");
        assert.equal(flag("--keeper=1", "keep=2"), "absent");
        assert.equal(flag(UNKNOWN), "unknown");
        assert.equal(flag("--keep", UNKNOWN), "unknown");
        assert.equal(flagOf(program({ args: UNKNOWN }).found, "keep").state, "unknown");
    });

    const map = within("a", "v1", "ConfigMap", "settings", { data: { KEEP: "7d" } });
    const secret = within("a", "v1", "Secret", "settings", {
        data: { KEEP: Buffer.from("8d").toString("base64") },
    });
    const variable = (container: Inputs, ...others: Resource[]) => {
        const { facts, found } = program(container, ...others);
        const reading = variableOf(facts, found, "KEEP");
        return reading.state === "known" ? reading.value : reading.state;
    };

    it("reads variables from themselves, ConfigMaps and Secrets", () => {
        const from = (kind: string) => ({
            env: [{ name: "KEEP", valueFrom: { [kind]: { name: "settings", key: "KEEP" } } }],
        });
        assert.equal(variable({ env: [{ name: "KEEP", value: "6d" }] }), "6d");
        assert.equal(variable(from("configMapKeyRef"), map), "7d");
        assert.equal(variable(from("secretKeyRef"), secret), "8d");
        assert.equal(variable({ envFrom: [{ configMapRef: { name: "settings" } }] }, map), "7d");
        assert.equal(variable({ envFrom: [{ secretRef: { name: "settings" } }] }, secret), "8d");
        const prefixed = { prefix: "KE", configMapRef: { name: "settings" } };
        assert.equal(variable({ envFrom: [prefixed] }, map), "absent");
        assert.equal(variable({}), "absent");
    });

    it("tells what is hidden from what only an update knows", () => {
        const settings = { envFrom: [{ secretRef: { name: "settings" } }] };
        assert.equal(variable(settings), "hidden");
        const unknown = within("a", "v1", "Secret", "settings", { stringData: UNKNOWN });
        assert.equal(variable(settings, unknown), "unknown");
        const component = resource("platform:base:GeneratedSecret", "settings", { keys: ["KEEP"] });
        const generated = { ...unknown, parent: component.urn };
        assert.equal(variable(settings, component, generated), "hidden");
        const field = { fieldRef: { fieldPath: "metadata.name" } };
        assert.equal(variable({ env: [{ name: "KEEP", valueFrom: field }] }), "hidden");
        assert.equal(variable({ env: UNKNOWN }), "unknown");
        assert.equal(variable({ env: [{ name: UNKNOWN, value: "a" }] }), "unknown");
        assert.equal(variable({ env: [{ name: "KEEP", value: UNKNOWN }] }), "unknown");
        const known = { ...map, inputs: { ...map.inputs, data: UNKNOWN } };
        const other = { envFrom: [{ configMapRef: { name: "settings" } }] };
        assert.equal(variable(other, known), "unknown");
    });
});

describe("policy/kubernetes/daemon-coverage", () => {
    const judged = (pod: Inputs, kind = "DaemonSet") => {
        const [fact] = factsOf(running("a", kind, "agent", { image }, pod)).workloads();
        assert.ok(fact);
        const { everywhere, why } = runsEverywhere(fact.workload);
        return everywhere === false ? why : everywhere;
    };
    const tolerations = [{ operator: "Exists" }];
    const affinity = {
        nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: {} },
    };

    it("lets a DaemonSet run on every node that tolerates everything and picks none", () => {
        assert.equal(judged({ tolerations }), true);
        assert.equal(judged({ tolerations: [{ operator: "Exists", effect: "NoSchedule" }] }), true);
        assert.equal(judged({ tolerations, nodeSelector: { "kubernetes.io/os": "linux" } }), true);
    });

    it("says what keeps others away", () => {
        assert.equal(judged({}), "it does not tolerate every taint");
        const one = [{ key: "a", operator: "Exists" }];
        assert.equal(judged({ tolerations: one }), "it does not tolerate every taint");
        assert.equal(judged({ tolerations, nodeSelector: { a: "b" } }), "its nodeSelector wants a");
        assert.equal(judged({ tolerations, affinity }), "it requires a node affinity");
        assert.equal(judged({ tolerations }, "Deployment"), "it is no DaemonSet");
    });

    it("does not guess", () => {
        assert.equal(judged({ tolerations: UNKNOWN }), "unknown");
        assert.equal(judged({ tolerations, nodeSelector: UNKNOWN }), "unknown");
        assert.equal(judged({ tolerations, affinity: UNKNOWN }), "unknown");
    });
});
