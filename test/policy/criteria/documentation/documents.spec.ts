import * as assert from "node:assert/strict";
import { alertRunbooks } from "../../../../policy/criteria/documentation/alert-runbooks";
import { documentCriteria } from "../../../../policy/criteria/documentation/documents";
import { type Inputs, judge, platform, type Resource, UNKNOWN } from "../../harness";
import { alert, libraryOf, rules, runbook } from "../../sound-monitoring";

type Documents = Readonly<Record<string, string>>;

function judged(id: string, documents: Documents | undefined, ...resources: Resource[]) {
    const library = documents && libraryOf(documents);
    const judgedBy = [alertRunbooks(library), ...documentCriteria(library)];
    return judge([platform(), ...resources], { judgedBy }).then((result) => ({
        found: result.of(id),
        verdict: result.verdict(id).verdict,
    }));
}

const URL_OF = "https://git.example.org/platform/blob/main/docs/runbooks/";
const linking = (runbook_url: unknown): Inputs =>
    alert("Down", "up == 0", { annotations: { runbook_url } });

describe("DOC-01", () => {
    const page = { "runbooks/down.md": runbook };

    it("is met by a runbook with all parts, with or without the extension in the link", async () => {
        for (const link of ["down.md", "down", "down.md?plain=1"]) {
            const { found, verdict } = await judged(
                "DOC-01",
                page,
                rules("a", linking(`${URL_OF}${link}`)),
            );
            assert.deepEqual([found, verdict], [[], "met"], link);
        }
    });

    it("is violated by a page or a part that is missing or empty", async () => {
        const of = async (documents: Documents, link = "down.md") =>
            (await judged("DOC-01", documents, rules("a", linking(`${URL_OF}${link}`)))).found;
        const start = "PrometheusRule/monitoring/a: the runbook of alert Down: ";
        assert.deepEqual(await of({}), [`${start}docs/runbooks/down.md is not there.`]);
        const without = runbook.replace("## Escalation", "## Else");
        assert.deepEqual(await of({ "runbooks/down.md": without }), [
            `${start}docs/runbooks/down.md has no part "Escalation".`,
        ]);
        const empty = runbook.replace("## Impact\n\nText.", "## Impact");
        assert.deepEqual(await of({ "runbooks/down.md": empty }), [
            `${start}the part "Impact" of docs/runbooks/down.md is empty.`,
        ]);
    });

    it("finds the parts below the anchor of a page about several alerts", async () => {
        const below = (name: string) => `# ${name}\n\n${runbook}\n`;
        const several = { "runbooks/several.md": `${below("Down")}# Late\n\nNothing.\n` };
        const of = async (anchor: string) =>
            (await judged("DOC-01", several, rules("a", linking(`${URL_OF}several.md#${anchor}`))))
                .found;
        assert.deepEqual(await of("down"), []);
        assert.equal((await of("late")).length, 5);
        assert.equal((await of("never")).length, 1);
    });

    it("is violated by a link elsewhere or none", async () => {
        for (const link of [undefined, "https://runbooks.example.org/down", URL_OF]) {
            const { found } = await judged("DOC-01", page, rules("a", linking(link)));
            assert.match(found[0] ?? "", /annotation runbook_url of alert Down is/);
        }
    });

    it("is not applicable without alerts, and not judged where links or documents are unknown", async () => {
        assert.equal((await judged("DOC-01", page)).verdict, "not applicable");
        assert.equal((await judged("DOC-01", page, rules("a"))).verdict, "not applicable");
        const unknown = rules("a", linking(UNKNOWN));
        assert.equal((await judged("DOC-01", page, unknown)).verdict, "not judged");
        const away = await judged("DOC-01", undefined, rules("a", linking(`${URL_OF}down`)));
        assert.equal(away.verdict, "not judged");
    });
});

const procedures: Documents = Object.fromEntries(
    [
        "upgrade-talos",
        "replace-a-node",
        "full-rebuild",
        "restore-tier-0",
        "restore-tier-1",
        "restore-tier-2",
        "rotate-secrets",
        "certificate-expired",
        "ceph-degraded",
        "database-full",
    ].map((name) => [`runbooks/${name}.md`, `# ${name}`]),
);

describe("DOC-02", () => {
    it("is met by ten runbooks, the important ones among them", async () => {
        assert.equal((await judged("DOC-02", procedures)).verdict, "met");
    });

    it("names what is missing, by file or title", async () => {
        const { "runbooks/rotate-secrets.md": text, ...others } = procedures;
        assert.ok(text);
        assert.deepEqual((await judged("DOC-02", others)).found, [
            "Platform/platform: docs/runbooks has 9 runbooks besides those of alerts; write at least 10.",
            "Platform/platform: docs/runbooks has no runbook about the rotation of secrets.",
        ]);
        const titled = { ...others, "runbooks/keys.md": "# Rotating secrets" };
        assert.equal((await judged("DOC-02", titled)).verdict, "met");
    });

    it("does not count the runbooks of alerts, and is not applicable while there are no others", async () => {
        const alerting = rules("a", linking(`${URL_OF}ceph-degraded.md`));
        assert.equal((await judged("DOC-02", procedures, alerting)).found.length, 1);
        const only = { "runbooks/ceph-degraded.md": runbook, "runbooks/README.md": "# Index" };
        assert.equal((await judged("DOC-02", only, alerting)).verdict, "not applicable");
    });

    it("does not count a page with the parts of an alert's runbook while its system is off", async () => {
        const off = { "runbooks/restore-tier-0.md": `# Down\n\n${runbook}` };
        assert.equal((await judged("DOC-02", off)).verdict, "not applicable");
        assert.deepEqual((await judged("DOC-02", { ...procedures, ...off })).found, [
            "Platform/platform: docs/runbooks has 9 runbooks besides those of alerts; write at least 10.",
            "Platform/platform: docs/runbooks has no runbook about the restore of tier 0.",
        ]);
    });

    it("counts a procedure that shares only some of those parts", async () => {
        const shared = runbook.replace("## Meaning", "## Purpose");
        const changed = { ...procedures, "runbooks/restore-tier-0.md": shared };
        assert.equal((await judged("DOC-02", changed)).verdict, "met");
        const { verdict } = await judged("DOC-02", { "runbooks/restore-tier-0.md": shared });
        assert.equal(verdict, "violated");
    });
});

describe("DOC-03", () => {
    const records: Documents = {
        "decisions/0001-kopia.md": "# Kopia instead of Restic",
        "decisions/0002-talos.md": "# Talos, not k3s",
        "decisions/0003-cilium-or-calico.md": "",
        "decisions/0004-charts.md": "# Charts are rendered in the program",
        "decisions/0005.md": "# One stack",
    };

    it("is met by a record of each decision", async () => {
        assert.equal((await judged("DOC-03", records)).verdict, "met");
    });

    it("names the decision without one", async () => {
        const { found } = await judged("DOC-03", { ...records, "decisions/0005.md": "# Two" });
        assert.deepEqual(found, [
            "Platform/platform: docs/decisions has no record of the decision: one stack.",
        ]);
    });

    it("is not applicable before the first record", async () => {
        assert.equal((await judged("DOC-03", procedures)).verdict, "not applicable");
    });
});

describe("DOC-04", () => {
    const playbook = (text: string) => judged("DOC-04", { "on-call.md": text });

    it("is met by severities and escalation, violated without, and not applicable without the file", async () => {
        assert.equal(
            (
                await playbook(
                    "# On call\n\n## Severities\n\nSEV 1.\n\n## Escalation path\n\nCall.\n",
                )
            ).verdict,
            "met",
        );
        assert.deepEqual((await playbook("# On call\n\n## Severities\n\n## Who\n\nMe.")).found, [
            "Platform/platform: docs/on-call.md has no part about severities.",
            "Platform/platform: docs/on-call.md has no part about escalation.",
        ]);
        assert.equal((await judged("DOC-04", {})).verdict, "not applicable");
    });
});

describe("DOC-02 to DOC-04", () => {
    it("are not judged away from their repository", async () => {
        for (const id of ["DOC-02", "DOC-03", "DOC-04"]) {
            assert.equal((await judged(id, undefined)).verdict, "not judged");
        }
    });
});
