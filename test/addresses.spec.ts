import * as assert from "node:assert/strict";
import {
    exactNetworks,
    isHostAddress,
    networkRange,
    networksOverlap,
    prefixLength,
} from "../components/addresses";

describe("addresses", () => {
    it("knows the first and last address of a network", () => {
        assert.deepEqual(networkRange("10.0.0.77/24"), {
            first: 0x0a000000,
            last: 0x0a0000ff,
        });
        assert.equal(prefixLength("10.0.0.0/24"), 24);
    });

    it("accepts host addresses only: not the network's, not the broadcast's, not another's", () => {
        const inside = (address: string) => isHostAddress(address, "192.168.68.0/24");
        assert.deepEqual(
            ["192.168.68.0", "192.168.68.1", "192.168.68.255", "192.168.69.1"].map(inside),
            [false, true, false, false],
        );
    });

    it("sees that two networks overlap when one holds the other", () => {
        assert.ok(networksOverlap("10.0.0.0/8", "10.244.0.0/16"));
        assert.ok(!networksOverlap("10.96.0.0/12", "10.244.0.0/16"));
    });

    it("covers addresses exactly with the fewest networks", () => {
        assert.deepEqual(exactNetworks(["10.0.0.3", "10.0.0.1", "10.0.0.2"]), [
            "10.0.0.1/32",
            "10.0.0.2/31",
        ]);
        assert.deepEqual(exactNetworks([]), []);
        assert.deepEqual(exactNetworks(["10.0.0.1", "10.0.0.1"]), ["10.0.0.1/32"]);
    });

    it("covers a run of 256 addresses with one network, and nothing besides them", () => {
        const run = Array.from({ length: 256 }, (_, index) => `10.1.2.${index}`);
        assert.deepEqual(exactNetworks(run), ["10.1.2.0/24"]);
        const gap = run.filter((address) => address !== "10.1.2.7");
        const covered = exactNetworks(gap).reduce((sum, network) => {
            const { first, last } = networkRange(network);
            return sum + last - first + 1;
        }, 0);
        assert.equal(covered, 255);
    });
});
