/** What is broken on purpose follows from what is promised. */
import assert from "node:assert/strict";
import { scheduleOf, weekly } from "../../../components/backup/chaos-manifests";
import {
    damages,
    damagesOf,
    scenarios,
    sparedPromises,
    type Subject,
    subjects,
} from "../../../components/backup/chaos-scenarios";
import { isTried } from "../../../components/base/capabilities";
import type { AnyDefinition } from "../../../components/base/definition";
import type { ScrapedPods } from "../../../components/base/foundation";
import { jobsOf, type Objective } from "../../../components/base/objective";
import { jobOf } from "../../../components/base/scrape";
import { lldap } from "../../../components/identity/lldap";
import { systems } from "../../../components/systems";
import { scrapes } from "../../alerts/declared";

const shop: Objective = {
    name: "shop-availability",
    percent: 99.9,
    indicator: { share: 'max(up{job="shop"}) or vector(0)' },
    description: "One of the servers of the shop answers.",
    alert: "ShopErrorBudgetBurn",
};

function defined(objectives: readonly Objective[], more: object = {}): AnyDefinition {
    return {
        ...lldap,
        name: "shop",
        needs: [],
        excludes: [],
        capabilities: { ...lldap.capabilities, objectives, ...more },
    };
}

const subject: Subject = { job: "shop", system: "shop", objectives: [shop], silent: [] };

function place(namespace: string, more: Partial<ScrapedPods> = {}): ScrapedPods {
    const pods = { app: "shop" };
    return { job: "shop", monitor: "shop", namespace, pods, tried: true, ...more };
}

describe("the pods behind a promise", () => {
    it("are those whose metrics it is measured by, however the query names them", () => {
        const of = (share: string) => jobsOf({ indicator: { share } });
        assert.deepEqual(of('max(up{job="a"}) or vector(0)'), ["a"]);
        assert.deepEqual(of('min(max by (job) (up{job=~"a|b"}))'), ["a", "b"]);
        assert.deepEqual(of('up{ job = "a", x="1" } + up{job="a"}'), ["a"]);
        assert.deepEqual(of('up{exported_job="a"}'), []);
        assert.deepEqual(of("max(ceph_pg_active) / max(ceph_pg_total)"), []);
        const events = { errors: 'rate(e{job="a"}[$window])', total: 'rate(t{job="b"}[$window])' };
        assert.deepEqual(jobsOf({ indicator: { events } }), ["a", "b"]);
    });

    it("are known for every objective of the platform, or it says why nobody breaks them", () => {
        const scraped = new Set(scrapes.map(jobOf));
        const lost = systems.flatMap(({ capabilities: { objectives = [] } }: AnyDefinition) =>
            objectives
                .filter(({ spared }) => !(spared !== undefined && "entirely" in spared))
                .filter((objective) => !jobsOf(objective).some((job) => scraped.has(job)))
                .map(({ name }) => name),
        );
        assert.deepEqual(lost, []);
        assert.ok(sparedPromises(systems).every(({ reason }) => reason.length > 30));
    });

    it("are broken in every way, unless they keep data", () => {
        const names = (of: Subject) => damagesOf(of).map(({ name }) => name);
        assert.deepEqual(names(subject), ["pod-killed", "cut-off", "clock-wrong", "names-gone"]);
        assert.deepEqual(names({ ...subject, butKilled: "it keeps data" }), ["pod-killed"]);
        const volume = { container: "shop", path: "/data" };
        assert.deepEqual(names({ ...subject, volume }).at(-1), "disk-full");
        assert.deepEqual(names({ ...subject, objectives: [], volume }), ["disk-full"]);
    });

    it("are no subject where the promise is spared, and its namespace is not opened", () => {
        const spared = defined([{ ...shop, spared: { entirely: "it holds everything" } }]);
        assert.deepEqual(subjects([spared]), []);
        assert.ok(!isTried(spared.capabilities));
        assert.deepEqual(sparedPromises([spared]), [
            { system: "shop", objective: shop.name, reason: "it holds everything" },
        ]);
        assert.ok(!isTried(defined([]).capabilities));
        assert.ok(isTried(defined([shop]).capabilities));
        const killed = defined([{ ...shop, spared: { butKilled: "it keeps data" } }]);
        assert.ok(isTried(killed.capabilities));
        assert.equal(subjects([killed])[0]?.butKilled, "it keeps data");
    });

    it("have as steady state every critical alert of their system", () => {
        const [found] = subjects([defined([shop])]);
        assert.deepEqual(found?.silent, ["LldapDown"]);
        assert.deepEqual(found.objectives, [shop]);
    });
});

describe("scenarios", () => {
    const names = (scraped: readonly ScrapedPods[], workers: readonly string[] = []) =>
        scenarios([subject], scraped, workers).map(({ name }) => name);

    it("are one for each way and place", () => {
        assert.deepEqual(names([place("shop"), place("branch")]), [
            "clock-wrong-branch-shop",
            "clock-wrong-shop",
            "cut-off-branch-shop",
            "cut-off-shop",
            "names-gone-branch-shop",
            "names-gone-shop",
            "pod-killed-branch-shop",
            "pod-killed-shop",
        ]);
    });

    it("leave alone pods of namespaces that are not opened, and jobs that promise nothing", () => {
        assert.deepEqual(names([place("shop", { tried: false })], ["worker-1"]), []);
        assert.deepEqual(names([place("shop", { job: "other" })], ["worker-1"]), []);
    });

    it("lose each worker, with the pods of every namespace that is opened and of no other", () => {
        const all = [place("shop"), place("branch"), place("vault", { tried: false })];
        const lost = scenarios([subject], all, ["worker-1", "worker-2"]).filter(
            ({ damage }) => damage === damages.nodeLost,
        );
        assert.deepEqual(
            lost.map(({ victims }) => victims),
            ["worker-1", "worker-2"].map((node) => ({ namespaces: ["branch", "shop"], node })),
        );
    });
});

describe("the week of scenarios", () => {
    /** Minutes since Monday. */
    function moment(when: string): number {
        const [, minute = "", hour = "", day = ""] = /^(\d+) (\d+) \* \* ([1-5])$/.exec(when) ?? [];
        return Number(day) * 1440 + Number(hour) * 60 + Number(minute);
    }

    for (const count of [0, 1, 5, 41, 80, 81, 200, 900]) {
        it(`has ${count} of them at times of their own, while people are there`, () => {
            const times = weekly(count);
            assert.equal(times.length, count);
            assert.equal(new Set(times).size, count);
            for (const when of times) {
                const hour = Math.floor((moment(when) % 1440) / 60);
                assert.ok(hour >= 8 && hour < 16, when);
            }
        });
    }

    it("leaves half an hour between two, while there are as few as now", () => {
        const moments = weekly(80)
            .map(moment)
            .sort((left, right) => left - right);
        assert.ok(moments.slice(1).every((next, index) => next - (moments[index] ?? 0) >= 30));
    });
});

describe("a scenario as a Schedule", () => {
    const spec = (damage: keyof typeof damages) => {
        const volume = { container: "shop", path: "/data" };
        const victims = { namespaces: ["shop"], pods: { app: "shop" } };
        const scenario = { name: "one", damage: damages[damage], victims, volume };
        return scheduleOf(scenario, "0 8 * * 1", "10.96.0.10").spec;
    };

    it("names its namespaces: without any it would be about those of Chaos Mesh", () => {
        for (const damage of Object.keys(damages) as (keyof typeof damages)[]) {
            assert.match(JSON.stringify(spec(damage)), /"namespaces":\["shop"\]/);
        }
    });

    it("ends by itself, unless it is over at once", () => {
        for (const [key, { minutes }] of Object.entries(damages)) {
            const text = JSON.stringify(spec(key as keyof typeof damages));
            assert.equal(text.includes('"duration":"5m"'), minutes > 0, key);
        }
    });

    it("cuts a pod off from DNS alone, and from everything", () => {
        assert.match(JSON.stringify(spec("namesGone")), /"to","externalTargets":\["10.96.0.10"\]/);
        assert.doesNotMatch(JSON.stringify(spec("cutOff")), /externalTargets|target"/);
    });

    it("fills the volume that may be full, and no other", () => {
        const text = JSON.stringify(spec("diskFull"));
        assert.match(text, /"errno":28/);
        assert.match(text, /"volumePath":"\/data","containerNames":\["shop"\]/);
        assert.doesNotMatch(text, /"read"/);
    });
});
