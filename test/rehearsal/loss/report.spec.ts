import * as assert from "node:assert/strict";
import { paintOf } from "../../../preview/scorecard/terminal";
import { lossDocument, lossReport } from "../../../rehearsal/loss/report";
import { lossPicture } from "../../../rehearsal/loss/picture";
import { lossOf, sample, yardstick } from "./samples";

const paint = paintOf({ colours: false });
const lines = (...losses: Parameters<typeof lossReport>[0]) =>
    lossReport(losses, paint, (text) => text);
const single = [sample(0, "a@worker-1"), sample(5.2), sample(16.1, "b@worker-2")] as const;
const two = [
    sample(0, "c@worker-1", "d@worker-2"),
    sample(5.2, "d@worker-2"),
    sample(16.1, "d@worker-2", "e@worker-3"),
] as const;
const replaced = {
    created: new Map([
        ["b", 15.2],
        ["e", 15.2],
    ]),
    tolerations: new Map([
        ["b", 300],
        ["e", 300],
    ]),
};
const reason = "It has no leader election.";
const loss = lossOf(
    [
        [yardstick("web", { critical: true }), ...two],
        [yardstick("single", { reason }), ...single],
        [yardstick("alone", { reason }), ...single],
        [yardstick("safe"), sample(0, "f@worker-2")],
    ],
    {
        ...replaced,
        found: {
            unplaced: [
                { pod: "Pod/apps/one", reason: "Insufficient cpu" },
                { pod: "Pod/apps/two", reason: "Insufficient cpu" },
            ],
            waiting: [{ pod: "StatefulSet/apps/db", reason: "waits for worker-1" }],
            consequences: ["copies <are> gone"],
        },
    },
);

describe("the report of losses", () => {
    it("is empty without any", () => {
        assert.deepEqual(lines(), []);
    });

    it("says who had no endpoint, for how long, and why that is accepted, each reason once", () => {
        const text = lines(loss).join("\n");
        assert.match(text, /of 4 services \(1 critical\) 2 had no ready endpoint.*, 1 had fewer/);
        assert.match(text, /^ {4}apps\/single +356 s {2}0 of 1 ready \[1\]$/m);
        assert.match(text, /^ {4}apps\/alone +356 s {2}0 of 1 ready \[1\]$/m);
        assert.equal(text.split(reason).length, 2);
        assert.doesNotMatch(text, /apps\/web/);
    });

    it("groups pods by why they have no place, and names what waits", () => {
        const text = lines(loss).join("\n");
        assert.match(text, /no place: Pod\/apps\/one, Pod\/apps\/two: Insufficient cpu/);
        assert.match(text, /StatefulSet\/apps\/db: waits for worker-1/);
        assert.match(text, /! copies <are> gone/);
    });

    it("labels computed seconds as computed", () => {
        assert.match(lines(loss)[1] ?? "", /computed from a rehearsal with shorter waits/);
        assert.match(lines({ ...loss, computed: false })[1] ?? "", /^Seconds are measured/);
    });

    it("marks a loss that failed", () => {
        assert.ok(lines(loss).some((line) => line.startsWith("x worker-1 lost")));
        assert.ok(lines({ ...loss, failures: [] }).some((line) => line.startsWith("+ worker-1")));
    });
});

describe("the document of losses", () => {
    it("has each Service with rounded seconds, of the stack and measured", () => {
        const [{ lost, notReadyAfter, services }] = JSON.parse(
            JSON.stringify(lossDocument([loss])),
        ) as [{ lost: string; notReadyAfter: number; services: Record<string, unknown>[] }];
        assert.deepEqual([lost, notReadyAfter], ["worker-1", 55]);
        assert.deepEqual(services[1], {
            name: "apps/single",
            kind: "Service",
            workloads: ["Deployment/apps/single"],
            needed: 1,
            critical: false,
            secondsWithoutEndpoint: 356,
            measuredSeconds: 16.1,
            before: 1,
            minimumReady: 0,
            waits: false,
            reason,
            // Until then the API still sends traffic there.
            listedUntil: 55.2,
        });
    });
});

describe("the picture of losses", () => {
    const picture = lossPicture("prod", [loss]);

    it("is one self-contained SVG for light and dark that equal data make equal", () => {
        assert.equal(picture, lossPicture("prod", [loss]));
        assert.match(picture, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
        assert.match(picture, /prefers-color-scheme: dark/);
        assert.doesNotMatch(picture, /href|url\(|<script/);
    });

    it("has a row for each course of the same pods, the longest gap first, and none untouched", () => {
        const labels = [...picture.matchAll(/text-anchor="end">([^<]+)</g)].map(
            ([, label]) => label,
        );
        assert.deepEqual(labels, ["apps/alone", "apps/single", "apps/web"]);
        const alike = lossOf([
            [yardstick("web"), ...two],
            [yardstick("web-metrics", { workloads: ["Deployment/apps/web"] }), ...two],
        ]);
        assert.match(lossPicture("prod", [alike]), />apps\/web and 1 more</);
        assert.match(picture, /1 service untouched/);
    });

    it("draws none, fewer and all by their own colour, with the numbers", () => {
        const states = [
            ...picture.matchAll(/<rect class="(\w+)"[^>]*><title>apps\/(\w+): (\d of \d)/g),
        ];
        assert.deepEqual(
            states.map(([, state, name, count]) => `${name ?? ""} ${state ?? ""} ${count ?? ""}`),
            [
                "alone none 0 of 1",
                "alone all 1 of 1",
                "single none 0 of 1",
                "single all 1 of 1",
                "web fewer 1 of 2",
                "web all 2 of 2",
            ],
        );
    });

    it("escapes names", () => {
        const odd = { ...loss, lost: "a<b&c" };
        assert.match(lossPicture("prod", [odd]), /a&lt;b&amp;c lost/);
    });
});
