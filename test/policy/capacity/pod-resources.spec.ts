import * as assert from "node:assert/strict";
import {
    containerDefaults,
    podLimits,
    podRequests,
    withDefaults,
} from "../../../policy/capacity/pod-resources";
import type { Inputs } from "../harness";

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
    ];
    for (const [title, spec, wanted] of cases) {
        it(title, () => {
            assert.equal(podRequests(spec).cpu, wanted);
        });
    }

    it("are the limits where there are none", () => {
        const spec = withDefaults(
            { containers: [{ name: "x", resources: { limits: { memory: "1Gi" } } }] },
            [],
        );
        assert.equal(podRequests(spec).memory, 2 ** 30);
        assert.equal(podLimits(spec).memory, 2 ** 30);
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
