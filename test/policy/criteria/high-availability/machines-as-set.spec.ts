import * as assert from "node:assert/strict";
import { spareNode } from "../../../../policy/criteria/high-availability/spare-node";
import { type Inputs, judge, platform, type Resource, UNKNOWN } from "../../harness";
import { soundMachine, soundSite } from "../../sound-parts";

const machine = (inputs: Inputs): Resource[] =>
    soundMachine().map((item) =>
        item.type.endsWith(":VmLegacy") ? { ...item, inputs: { ...item.inputs, ...inputs } } : item,
    );
const run = (inputs: Inputs, site: Inputs = {}) =>
    judge([platform({ ...soundSite, ...site }), ...machine(inputs)], { judgedBy: [spareNode] });
const disk = { interface: "scsi0", size: 60, cache: "none" };

describe("HA-11, machines as the settings say", () => {
    it("is met by machines that are as the settings say", async () => {
        assert.deepEqual((await run({})).of("HA-11"), []);
    });

    for (const [title, inputs, message] of [
        ["less memory", { memory: { dedicated: 1024 } }, /memory\.dedicated is 1024; the settings/],
        ["no word of memory", { memory: {} }, /memory\.dedicated is 512/],
        [
            "memory that its host takes away",
            { memory: { dedicated: 2048, floating: 1024 } },
            /memory\.floating is 1024; set it to 0/,
        ],
        ["fewer cores", { cpu: { cores: 1 } }, /cpu\.cores is 1; the settings say 2/],
        ["a limit on its cores", { cpu: { cores: 2, limit: 1 } }, /cpu\.limit is 1/],
        ["a smaller disk", { disks: [{ ...disk, size: 20 }] }, /disks\[0\]\.size is 20/],
        ["a disk fewer", { disks: [] }, /the number of its disks is 0; the settings say 1/],
        [
            "a cache that forgets",
            { disks: [{ ...disk, cache: "unsafe" }] },
            /disks\[0\]\.cache is "unsafe"; set it to none/,
        ],
        ["a start by hand", { onBoot: false }, /onBoot is false; set it to true/],
        ["a machine that is off", { started: false }, /started is false/],
    ] as const) {
        it(`is violated by ${title}`, async () => {
            const found = (await run(inputs)).of("HA-11");
            assert.equal(found.length, 1, found.join("\n"));
            assert.match(found[0] ?? "", message);
        });
    }

    for (const [title, inputs] of [
        ["no ballooning", { memory: { dedicated: 2048 } }],
        ["cores on sockets", { cpu: { cores: 1, sockets: 2 } }],
        ["the provider's own defaults", { onBoot: undefined, started: undefined }],
        ["a disk more", { disks: [disk, { interface: "scsi1", size: 5 }] }],
        ["a cache that writes through", { disks: [{ ...disk, cache: "directsync" }] }],
    ] as const) {
        it(`is met by ${title}`, async () => {
            assert.deepEqual((await run(inputs)).of("HA-11"), []);
        });
    }

    it("is not judged where a machine is unknown", async () => {
        for (const inputs of [{ memory: UNKNOWN }, { disks: UNKNOWN }, { onBoot: UNKNOWN }]) {
            const result = await run(inputs);
            assert.equal(result.verdict("HA-11").verdict, "not judged", JSON.stringify(inputs));
        }
    });

    it("leaves machines alone of a cluster that was there before", async () => {
        assert.deepEqual((await run({ memory: {} }, { source: "existing" })).of("HA-11"), []);
    });
});
