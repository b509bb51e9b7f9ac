import * as assert from "node:assert/strict";
import { type Inputs, judge, platform, UNKNOWN } from "../../harness";

describe("HA-01", () => {
    const messages = async (inputs: Inputs) => (await judge([platform(inputs)])).of("HA-01");
    const nodes = (count: number) =>
        Array.from({ length: count }, (_, index) => ({
            name: `control-${index}`,
            address: `192.168.68.10${index + 1}`,
            host: "pve1",
        }));

    it("is met by 3 or 5 control planes behind a free address of the subnet", async () => {
        assert.deepEqual(await messages({}), []);
        assert.deepEqual(await messages({ controlPlanes: nodes(5) }), []);
    });

    for (const count of [0, 1, 2, 4]) {
        it(`is violated by ${count} control planes`, async () => {
            assert.deepEqual(await messages({ controlPlanes: nodes(count) }), [
                `Platform/platform: ${count} control planes; use an odd number from 3 on.`,
            ]);
        });
    }

    it("is violated by an absent list of control planes", async () => {
        assert.equal((await messages({ controlPlanes: undefined })).length, 1);
    });

    it("is violated without a virtual IP", async () => {
        assert.deepEqual(await messages({ virtualIp: undefined }), [
            "Platform/platform: no virtual IP; set cluster.virtualIp to a free address.",
        ]);
    });

    for (const virtualIp of ["10.0.0.1", "192.168.68.0", "192.168.68.255", "somewhere"]) {
        it(`is violated by the virtual IP ${virtualIp} outside the hosts of the subnet`, async () => {
            assert.deepEqual(await messages({ virtualIp }), [
                `Platform/platform: the virtual IP is "${virtualIp}"; choose a host address inside 192.168.68.0/24.`,
            ]);
        });
    }

    it("is violated by the address of a control plane", async () => {
        assert.deepEqual(await messages({ virtualIp: "192.168.68.102" }), [
            "Platform/platform: the virtual IP 192.168.68.102 is the address of control-2; choose a free one.",
        ]);
    });

    it("is not judged where values are unknown", async () => {
        for (const inputs of [
            { controlPlanes: UNKNOWN },
            { virtualIp: UNKNOWN },
            { nodeNetwork: UNKNOWN },
            { controlPlanes: nodes(3).map((node) => ({ ...node, address: UNKNOWN })) },
        ]) {
            const result = await judge([platform(inputs)]);
            assert.equal(result.verdict("HA-01").verdict, "not judged");
        }
    });

    it("is not applicable to a cluster that was there before", async () => {
        const result = await judge([platform({ source: "existing", controlPlanes: [] })]);
        assert.equal(result.verdict("HA-01").verdict, "not applicable");
    });

    it("is not judged when nobody describes the control plane", async () => {
        assert.equal((await judge([])).verdict("HA-01").verdict, "not judged");
    });
});
