import assert from "node:assert/strict";
import { HttpsError } from "../../components/base/https-get";
import { firewallRules } from "../../components/machines/firewall";
import { removeLeftoverRules } from "../../components/machines/leftover-rules";
import { sampleSite } from "../fixtures/settings";

const site = sampleSite();
const [node] = site.nodes;
assert.ok(node !== undefined);
const ours = firewallRules(site, node).map(({ name }, pos) => ({ pos, comment: name }));
const access = { endpoint: "https://proxmox.test:8006/", token: "token", insecure: false };

async function removed(answer: () => Promise<unknown>): Promise<string[]> {
    const paths: string[] = [];
    await removeLeftoverRules(site, node ?? assert.fail(), access, {
        ask: answer,
        remove: (_, path) => {
            paths.push(path);
            return Promise.resolve();
        },
    });
    return paths;
}

describe("rules that a killed update left", () => {
    it("go from the last to the first, because positions move up", async () => {
        const paths = await removed(() => Promise.resolve(ours));
        const positions = paths.map((path) => Number(path.split("/").at(-1)));
        assert.deepEqual(positions, ours.map(({ pos }) => pos).reverse());
        assert.ok(paths.every((path) => path.startsWith(`/nodes/${node.host}/qemu/`)));
    });

    it("stay, all of them, where somebody else has made one", async () => {
        const foreign = { pos: ours.length, comment: "let me in" };
        assert.deepEqual(await removed(() => Promise.resolve([...ours, foreign])), []);
        assert.deepEqual(await removed(() => Promise.resolve([{ pos: 0 }])), []);
    });

    it("are none on a new machine", async () => {
        assert.deepEqual(await removed(() => Promise.resolve([])), []);
    });

    it("are left to the provider where Proxmox does not answer, or with something else", async () => {
        assert.deepEqual(
            await removed(() => Promise.reject(new HttpsError("status 500", 500))),
            [],
        );
        assert.deepEqual(await removed(() => Promise.resolve(null)), []);
    });

    it("do not hide a mistake of ours", async () => {
        await assert.rejects(
            removed(() => Promise.reject(new TypeError("a mistake"))),
            TypeError,
        );
    });
});
