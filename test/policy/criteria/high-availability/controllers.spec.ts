import * as assert from "node:assert/strict";
import {
    container,
    deployment,
    type Inputs,
    judge,
    object,
    resource,
    type Resource,
    UNKNOWN,
} from "../../harness";

const OPERATOR = "Deployment/apps/web";

const system = (inputs: Inputs) => resource("platform:test:Operator", "operator", inputs);
const declared = system({
    controllers: [{ resource: OPERATOR, reason: "upstream runs one at a time" }],
});
const leavesSoon = (tolerationSeconds?: unknown) => ({
    key: "node.kubernetes.io/unreachable",
    operator: "Exists",
    effect: "NoExecute",
    tolerationSeconds,
});

/** One replica of a controller, with what a test wants different. */
function operator(pod: Inputs = {}): Resource {
    return deployment({
        spec: {
            replicas: 1,
            template: {
                metadata: { labels: { app: "web" } },
                spec: { containers: [container()], tolerations: [leavesSoon(5)], ...pod },
            },
        },
    });
}

function service(...names: string[]): Resource {
    return object({
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "web", namespace: "apps" },
        spec: {
            selector: { app: "web" },
            ports: names.map((name, index) => ({ name, port: 8080 + index })),
        },
    });
}

describe("HA-04 of controllers", () => {
    const of = async (...resources: Resource[]) => (await judge(resources)).of("HA-04");

    it("is met by one replica with probes that leaves a dead node soon, and counts it apart", async () => {
        const result = await judge([declared, operator(), service("http-metrics")]);
        assert.deepEqual(result.of("HA-04"), []);
        const { subjects, apart } = result.verdict("HA-04");
        assert.deepEqual(
            { subjects, apart },
            {
                subjects: 0,
                apart: { what: "controller", count: 1 },
            },
        );
    });

    it("still wants two replicas of what nobody declared a controller", async () => {
        assert.deepEqual(await of(operator()), [`${OPERATOR}: replicas is 1; run at least 2.`]);
    });

    it("is violated by a container without a probe", async () => {
        const bare = operator({ containers: [container({ livenessProbe: undefined })] });
        assert.match((await of(declared, bare)).join(), /livenessProbe is absent/);
    });

    it("is violated by one that stays on a dead node, as the API's default of 300 s does", async () => {
        const stays = async (tolerations: unknown) =>
            (await of(declared, operator({ tolerations }))).join();
        assert.match(await stays(undefined), /stays on a dead node 300 s/);
        assert.match(await stays([leavesSoon(61)]), /61 s/);
        assert.match(await stays([{ operator: "Exists" }]), /for good/);
        assert.equal(await stays([leavesSoon(60)]), "");
    });

    it("is violated by a Service that leads others to it", async () => {
        assert.match(
            (await of(declared, operator(), service("webhook"))).join(),
            /Service\/apps\/web leads others to it/,
        );
    });

    it("takes what is declared critical too as critical", async () => {
        const both = system({ critical: [OPERATOR] });
        assert.match((await of(declared, both, operator())).join(), /run at least 3/);
    });

    it("is violated by a declaration without an object or a reason", async () => {
        const named = (resourceKey: string, reason: string) =>
            system({ controllers: [{ resource: resourceKey, reason }] });
        assert.match(
            (await of(named("Deployment/apps/wbe", "typing mistake"), operator())).join(),
            /its controller Deployment\/apps\/wbe is no workload/,
        );
        assert.match((await of(named(OPERATOR, " "), operator())).join(), /has no reason/);
    });

    it("is not judged while tolerations or the declaration are unknown", async () => {
        const verdict = async (...resources: Resource[]) =>
            (await judge(resources)).verdict("HA-04").verdict;
        assert.equal(
            await verdict(declared, operator({ tolerations: [leavesSoon(UNKNOWN)] })),
            "not judged",
        );
        const unknown = system({ controllers: UNKNOWN });
        assert.equal(await verdict(unknown, deployment({ spec: { replicas: 2 } })), "not judged");
    });
});
