/**
 * DOC-02 to DOC-04: what is written for people. Each turns on with the first document of its kind:
 * a repository that has none yet says "not applicable", never "met".
 */
import {
    type Finding,
    type Judgement,
    notJudged,
    type StackCriterion,
    violated,
} from "../../kernel/criterion";
import type { Fact, Facts } from "../../kernel/facts";
import { alertsIn } from "../../engines/monitoring/alerts";
import { MONITORING } from "../../engines/monitoring/prometheus";
import { type Library, repository } from "../../engines/documents/library";
import { hasText, partsOf } from "../../engines/documents/markdown";
import { hasRunbookParts, placeOf, RUNBOOKS, runbookAt } from "../../engines/documents/runbooks";

const DECISIONS = "decisions";
const PLAYBOOK = "on-call.md";
const MINIMUM = 10;

/** Something that must be written, and how its file or title shows it. */
interface Topic {
    readonly what: string;
    /** Every one of them is in the name of the file or in the title. */
    readonly words: readonly RegExp[];
}

const PROCEDURES: readonly Topic[] = [
    { what: "upgrades", words: [/upgrade/] },
    { what: "the replacement of a node", words: [/node/, /replace/] },
    { what: "a full rebuild", words: [/rebuild/] },
    ...[0, 1, 2].map((tier) => ({
        what: `the restore of tier ${tier}`,
        words: [/restor/, new RegExp(`tier[ -]?${tier}|(?:all|every|each)[ -]tiers?`)],
    })),
    { what: "the rotation of secrets", words: [/secret/, /rotat/] },
    { what: "the expiry of certificates", words: [/certificate/, /expir/] },
];

const RECORDS: readonly Topic[] = [
    { what: "Restic or Kopia", words: [/restic/, /kopia/] },
    { what: "Talos or k3s", words: [/talos/, /k3s/] },
    { what: "Cilium or Calico", words: [/cilium/, /calico/] },
    { what: "charts rendered in the program", words: [/chart/, /render/] },
    { what: "one stack", words: [/one[ -]stack|single[ -]stack/] },
];

/** A document with what it calls itself. */
interface Document {
    readonly file: string;
    readonly name: string;
}

function documentsIn(library: Library, folder: string): Document[] {
    return library
        .list(folder)
        .filter((file) => file.endsWith(".md") && !/^readme\.md$/i.test(file))
        .map((file) => {
            const [title] = partsOf(library.read(`${folder}/${file}`) ?? "");
            return {
                file: `${folder}/${file}`,
                name: `${file} ${title?.title ?? ""}`.toLowerCase(),
            };
        });
}

function missing(topics: readonly Topic[], documents: readonly Document[]): string[] {
    return topics
        .filter(
            ({ words }) => !documents.some(({ name }) => words.every((word) => word.test(name))),
        )
        .map(({ what }) => what);
}

/**
 * Procedures: pages that no alert leads to and that do not look like the runbook of one. The pages
 * of a system that is switched off have no alert in the stack, but are no procedures for that.
 */
function proceduresOf(facts: Facts, library: Library): Document[] {
    const places = facts
        .objects(MONITORING, "PrometheusRule")
        .flatMap(alertsIn)
        .map(placeOf)
        .filter((place) => typeof place === "object");
    const ofAlerts = new Set(places.map((place) => runbookAt(library, place)?.file));
    return documentsIn(library, RUNBOOKS).filter(
        ({ file }) => !ofAlerts.has(file) && !hasRunbookParts(library.read(file) ?? ""),
    );
}

type Judge = (library: Library, fact: Fact, facts: Facts) => Judgement;

const NOTHING: Judgement = { subjects: 0, findings: [] };

/** Findings about documents stand at the root component, which is what the documents are about. */
function judged(library: Library | undefined, judge: Judge): StackCriterion["judgeStack"] {
    return (facts) => {
        const platform = facts.platform();
        if (platform === undefined) {
            return NOTHING;
        }
        const message = "the documents are not beside the pack, without docs/";
        return library === undefined
            ? { subjects: 1, findings: [notJudged(platform, message)] }
            : judge(library, platform, facts);
    };
}

function judgeProcedures(library: Library, fact: Fact, facts: Facts): Judgement {
    const procedures = proceduresOf(facts, library);
    const count = procedures.length;
    const few =
        count < MINIMUM
            ? [
                  `docs/runbooks has ${count} runbooks besides those of alerts; write at least ${MINIMUM}`,
              ]
            : [];
    const absent = missing(PROCEDURES, procedures).map(
        (what) => `docs/runbooks has no runbook about ${what}`,
    );
    return count === 0
        ? NOTHING
        : {
              subjects: count,
              judged: [fact],
              findings: [...few, ...absent].map((message) => violated(fact, message)),
          };
}

function judgeRecords(library: Library, fact: Fact): Judgement {
    const records = documentsIn(library, DECISIONS);
    return records.length === 0
        ? NOTHING
        : {
              subjects: records.length,
              judged: [fact],
              findings: missing(RECORDS, records).map((what) =>
                  violated(fact, `docs/decisions has no record of the decision: ${what}`),
              ),
          };
}

function judgePlaybook(library: Library, fact: Fact): Judgement {
    const text = library.read(PLAYBOOK);
    if (text === undefined) {
        return NOTHING;
    }
    const parts = partsOf(text);
    const findings = ["severit", "escalation"].flatMap((word): Finding[] => {
        const part = parts.find(({ title }) => title.toLowerCase().includes(word));
        return part !== undefined && hasText(text, part)
            ? []
            : [
                  violated(
                      fact,
                      `docs/${PLAYBOOK} has no part about ${word === "severit" ? "severities" : word}`,
                  ),
              ];
    });
    return { subjects: 1, judged: [fact], findings };
}

/**
 * DOC-02 to DOC-04.
 *
 * @param library where the documents are
 */
export function documentCriteria(library: Library | undefined): readonly StackCriterion[] {
    return [
        {
            id: "DOC-02",
            name: "doc-02-runbooks",
            description:
                "Checks that at least 10 runbooks besides those of alerts exist, those of upgrades, rebuild, restores and rotations among them.",
            severity: "low",
            remediation: "Write them in docs/runbooks.",
            besidesCharts: true,
            judgeStack: judged(library, judgeProcedures),
        },
        {
            id: "DOC-03",
            name: "doc-03-decisions",
            description: "Checks that the decisions that shaped the platform are recorded.",
            severity: "low",
            remediation: "Write one record for each decision in docs/decisions.",
            besidesCharts: true,
            judgeStack: judged(library, judgeRecords),
        },
        {
            id: "DOC-04",
            name: "doc-04-on-call",
            description: "Checks that the on-call playbook has severities and escalation.",
            severity: "low",
            remediation: "Write both parts in docs/on-call.md.",
            besidesCharts: true,
            judgeStack: judged(library, judgePlaybook),
        },
    ];
}

/** With the documents of the repository. */
export const documents = documentCriteria(repository);
