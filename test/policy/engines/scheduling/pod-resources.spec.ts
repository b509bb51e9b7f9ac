import * as assert from "node:assert/strict";
import {
    containerDefaults,
    nominalRequests,
    podLimits,
    podRequests,
    withDefaults,
} from "../../../../policy/engines/scheduling/pod-resources";
import type { Inputs } from "../../harness";

const container = (cpu: string, more: Inputs = {}) => ({
    name: cpu,
    resources: { requests: { cpu } },
    ...more,
});
const sidecar = (cpu: string) => container(cpu, { restartPolicy: "Always" });

describe("the requests of a pod", () => {
    const cases: [string, Inputs, number][] = [
        ["sum up over containers", { containers: [container("1"), container("250m")] }, 1250],
        [
            "are no less than those of any init container",
            { containers: [container("1")], initContainers: [container("3"), container("2")] },
            3000,
        ],
        [
            "include sidecars",
            { containers: [container("1")], initContainers: [sidecar("500m")] },
            1500,
        ],
        [
            "include the sidecars that started before an init container",
            {
                containers: [container("1")],
                initContainers: [sidecar("500m"), container("2"), sidecar("100m")],
            },
            2500,
        ],
        ["include the overhead", { containers: [container("1")], overhead: { cpu: "50m" } }, 1050],
        [
            "may be said for the pod as a whole",
            { containers: [container("1")], resources: { requests: { cpu: "3" } } },
            3000,
        ],
        ["are rounded up", { containers: [container("0.0001")] }, 1],
        [
            "are rounded up for each container",
            { containers: [container("100u"), container("0.9999")] },
            1001,
        ],
    ];
    for (const [title, spec, wanted] of cases) {
        it(title, () => {
            assert.equal(podRequests(spec).cpu, wanted);
        });
    }

    it("are rounded up to whole bytes only in the end", () => {
        const bytes = (memory: string) => ({ name: memory, resources: { requests: { memory } } });
        const requests = podRequests({ containers: [bytes("1500m"), bytes("1500m")] });
        assert.equal(requests.memory, 3);
        assert.equal(podRequests({ containers: [bytes("1500m"), bytes("1501m")] }).memory, 4);
        assert.equal(podRequests({ containers: [bytes("0.1Gi")] }).memory, 107_374_183);
        // Floating point makes it a little more than 7.
        const ten = Array.from({ length: 10 }, () => bytes("700m"));
        assert.equal(podRequests({ containers: ten }).memory, 7);
    });

    it("mean the same in every notation", () => {
        const notations = ["1", "1e0", "1E0", "1000m", "0.001k", "999999u", "1000000000n", "+1"];
        for (const memory of notations) {
            const { cpu } = podRequests({ containers: [container(memory)] });
            assert.equal(cpu, 1000, memory);
        }
    });

    it("of the whole pod follow from its limits, where no container says more", () => {
        const requests = (resources: Inputs, containers: Inputs[]) => {
            const { cpu, memory } = podRequests(withDefaults({ resources, containers }, []));
            return [cpu, memory];
        };
        const limits = { cpu: "2", memory: "1Ki" };
        assert.deepEqual(requests({ limits }, [{ name: "x" }]), [2000, 1024]);
        assert.deepEqual(requests({ limits }, [container("500m")]), [500, 1024]);
        assert.deepEqual(
            requests({ limits, requests: { cpu: "1" } }, [container("500m")]),
            [1000, 1024],
        );
        // A LimitRange comes too late for a pod that speaks for itself.
        const range = containerDefaults([
            { spec: { limits: [{ type: "Container", defaultRequest: { cpu: "3" } }] } },
        ]);
        const spec = { resources: { limits }, containers: [{ name: "x" }] };
        assert.equal(podRequests(withDefaults(spec, range)).cpu, 2000);
    });

    it("are the limits where there are none", () => {
        const spec = withDefaults(
            { containers: [{ name: "x", resources: { limits: { memory: "1Gi" } } }] },
            [],
        );
        assert.equal(podRequests(spec).memory, 2 ** 30);
        assert.equal(podLimits(spec).memory, 2 ** 30);
    });
});

describe("what nodes are compared by", () => {
    const MIB = 2 ** 20;
    const nominal = (spec: Inputs) => {
        const { cpu, memory } = nominalRequests(spec);
        return [cpu, (memory ?? 0) / MIB];
    };

    it("is something for each container that says nothing", () => {
        assert.deepEqual(nominal({ containers: [{ name: "x" }, { name: "y" }] }), [200, 400]);
        assert.deepEqual(nominal({ containers: [container("1"), { name: "y" }] }), [1100, 400]);
    });

    it("is nothing for one that says so", () => {
        const requests = { cpu: "0", memory: "0" };
        assert.deepEqual(nominal({ containers: [{ name: "x", resources: { requests } }] }), [0, 0]);
    });

    it("is what the pod says for all of them", () => {
        const resources = { requests: { cpu: "10m", memory: "1Mi" } };
        assert.deepEqual(nominal({ resources, containers: [{ name: "x" }] }), [10, 1]);
    });
});

describe("defaults of a LimitRange", () => {
    const range = (limit: Inputs) =>
        containerDefaults([{ spec: { limits: [{ type: "Container", ...limit }] } }]);
    const cpu = (limit: Inputs, resources: Inputs = {}) => {
        const spec = withDefaults({ containers: [{ name: "x", resources }] }, range(limit));
        return [podRequests(spec).cpu, podLimits(spec).cpu];
    };
    const cases: [string, Inputs, Inputs, (number | undefined)[]][] = [
        ["default", { default: { cpu: "1" } }, {}, [1000, 1000]],
        ["defaultRequest", { defaultRequest: { cpu: "1" } }, {}, [1000, undefined]],
        ["both", { default: { cpu: "2" }, defaultRequest: { cpu: "1" } }, {}, [1000, 2000]],
        ["max", { max: { cpu: "2" } }, {}, [2000, 2000]],
        ["min", { min: { cpu: "2" } }, {}, [2000, undefined]],
        [
            "nothing over what is said",
            { default: { cpu: "1" } },
            { requests: { cpu: "2" } },
            [2000, 1000],
        ],
        [
            "a limit that is said, which is the request before they are asked",
            { defaultRequest: { cpu: "1" } },
            { limits: { cpu: "3" } },
            [3000, 3000],
        ],
    ];
    for (const [title, limit, resources, wanted] of cases) {
        it(`give ${title}`, () => {
            assert.deepEqual(cpu(limit, resources), wanted);
        });
    }

    it("of pods or claims are none of containers", () => {
        assert.deepEqual(range({ type: "Pod", default: { cpu: "1" } }), []);
    });
});
