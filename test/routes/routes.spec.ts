import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { StackResource } from "../../preview/recorded-stack";
import { writeRoutes } from "../../scripts/routes/files";
import { routesMarkdown } from "../../scripts/routes/markdown";
import { routesPicture } from "../../scripts/routes/picture";
import { type RouteMap, routeMapOf } from "../../scripts/routes/route-map";
import { recordedStackFile, repository } from "../fixtures/stack-files";

const FILES = ["routes.md", "routes.svg"];

describe("the document of routes", () => {
    let folder = "";
    let prod: readonly StackResource[];
    let map: RouteMap;
    before(async () => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "routes-"));
        prod = await recordedStackFile("prod");
        map = routeMapOf("prod", prod);
    });
    after(() => {
        fs.rmSync(folder, { recursive: true, force: true });
    });

    it("is what docs/ holds", async () => {
        await writeRoutes(map, folder);
        assert.deepEqual(fs.readdirSync(folder).sort(), FILES);
        for (const file of FILES) {
            const [found, kept] = [folder, path.join(repository, "docs")].map((place) =>
                fs.readFileSync(path.join(place, file), "utf8"),
            );
            assert.ok(found === kept, `docs/${file} is out of date; run \`make routes\``);
        }
    });

    it("has every route with its Service, its limits and who may open it", () => {
        const hosts = prod
            .filter(({ inputs }) => inputs.kind === "HTTPRoute")
            .flatMap(({ inputs }) => (inputs.spec as { hostnames?: string[] }).hostnames ?? []);
        assert.deepEqual(map.routes.map(({ host }) => host).sort(), hosts.sort());
        for (const row of map.routes) {
            assert.match(row.service, /^[a-z0-9-]+\/[a-z0-9-]+:\d+$/, row.name);
            assert.ok(row.limits !== undefined && row.limits.requestsPerSecond > 0, row.name);
            assert.match(row.limits.requestSize, /^(\d+Mi|any size)$/);
            assert.match(row.limits.timeout, /^\d+s$/);
            assert.notEqual(row.layer, "");
            assert.ok(row.guard === "public" ? row.reason : row.groups.length > 0, row.name);
        }
    });

    it("names the certificate that the listener shows", () => {
        assert.ok(map.certificate.names.includes("*.home.example.org"));
        assert.equal(map.certificate.issuer, "acme");
    });

    it("has the tunnel and the address where there are any, in the words and in the picture", () => {
        const other = { ...map, hasTunnel: true, address: "192.168.68.200" };
        for (const text of [routesMarkdown(other), routesPicture(other)]) {
            assert.match(text, /Cloudflare tunnel/);
            assert.match(text, /192\.168\.68\.200/);
        }
        for (const text of [routesMarkdown(map), routesPicture(map)]) {
            assert.doesNotMatch(text, /tunnel/);
        }
    });

    it("draws nothing over another thing", () => {
        const cards = [
            ...routesPicture(map).matchAll(
                /class="card" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g,
            ),
        ].map(([, ...numbers]) => numbers.map(Number) as [number, number, number, number]);
        assert.equal(cards.length, map.routes.length + 2);
        cards.forEach(([x, y, width, height], index) => {
            for (const [left, top, wide, high] of cards.slice(index + 1)) {
                const apart =
                    x + width <= left || left + wide <= x || y + height <= top || top + high <= y;
                assert.ok(apart);
            }
        });
    });
});
