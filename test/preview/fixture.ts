/** A small judged stack with every kind of verdict, and with text that must be escaped. */
import { categories } from "../../policy/kernel/criterion";
import type { CriterionVerdict, RecordedFinding, Scorecard } from "../../policy/kernel/ledger";
import type { PolicyInfo, Violation } from "../../preview/analyzer";
import type { Judged, PlannedResource } from "../../preview/scorecard/judged";

const PREFIX = "urn:pulumi:test::platform::";
const STACK = `${PREFIX}pulumi:pulumi:Stack::platform-test`;
const PLATFORM = `${PREFIX}platform:base:Platform::platform`;
const SYSTEM = `${PREFIX}platform:base:Platform$platform:apps:N8n::n8n`;
export const DEPLOYMENT = `${PREFIX}platform:base:Platform$platform:apps:N8n$kubernetes:apps/v1:Deployment::n8n:Deployment/n8n/n8n`;

/** What would do harm in a page, a comment or a terminal that does not escape. */
export const HOSTILE = `</script><img src=x onerror="alert(1)"> | @everyone owner/repo#1 *bold* \`code\``;

function resource(urn: string, parent: string, custom: boolean): PlannedResource {
    const [, , types = "", ...name] = urn.split("::");
    const type = types.split("$").at(-1) ?? "";
    return { urn, type, name: name.join("::"), parent, custom, protect: custom };
}

function finding(verdict: RecordedFinding["verdict"], message: string): RecordedFinding {
    return { verdict, urn: DEPLOYMENT, resource: "Deployment/n8n/n8n", message };
}

function criterion(
    id: string,
    verdict: CriterionVerdict["verdict"],
    findings: readonly RecordedFinding[] = [],
): CriterionVerdict {
    const isJudged = verdict !== "not applicable";
    return {
        id,
        policy: `${id.toLowerCase()}-policy`,
        category: id.split("-")[0] as CriterionVerdict["category"],
        description: `Checks that ${id} is \`good\`.`,
        verdict,
        subjects: isJudged ? 2 : 0,
        sound: isJudged ? Math.max(0, 2 - findings.length) : 0,
        findings,
        judged: isJudged ? [DEPLOYMENT] : [],
    };
}

const criteria: readonly CriterionVerdict[] = [
    criterion("IAC-01", "met"),
    criterion("HA-04", "excepted", [finding("excepted", "replicas is 1; run at least 2")]),
    criterion("HA-05", "violated", [finding("violated", `no budget selects it ${HOSTILE}`)]),
    criterion("HA-15", "not applicable"),
    criterion("SEC-03", "not judged", [finding("not judged", "known only at the update")]),
];

const policies: readonly PolicyInfo[] = criteria.map(({ id, policy }) => ({
    name: policy,
    criterion: id,
    level: "mandatory",
    severity: "high",
    remediation: `Set \`${id}\` right.`,
    followsProfile: id === "HA-04",
}));

const scorecard: Scorecard = {
    criteria,
    exceptions: [
        {
            criterion: "HA-04",
            resource: "Deployment/n8n/n8n",
            reason: `needs a licence ${HOSTILE}`,
            guard: "restarts within 30 s",
            expires: "2027-05-31",
            declaredBy: SYSTEM,
            state: "used",
        },
    ],
    categories: Object.entries(categories).map(([id, title]) => {
        const own = criteria.filter(
            ({ category, verdict }) => category === id && verdict !== "not applicable",
        );
        const of = (...wanted: string[]) =>
            own.filter(({ verdict }) => wanted.includes(verdict)).length;
        return {
            id: id as CriterionVerdict["category"],
            title,
            met: of("met"),
            excepted: of("excepted"),
            of: own.length,
            notJudged: of("not judged"),
        };
    }),
};

/** The violation of HA-05. */
export const mandatory: Violation = {
    policy: "ha-05-policy",
    criterion: "HA-05",
    level: "mandatory",
    urn: DEPLOYMENT,
    message: `HA-05 Deployment/n8n/n8n: no budget selects it ${HOSTILE}.`,
};

/** A policy that did not run, as the SDK reports it. */
export const broken: Violation = {
    ...mandatory,
    policy: "iac-01-policy",
    criterion: "IAC-01",
    level: "advisory",
    message: "can't run policy 'iac-01-policy' from policy pack 'readiness@v0.1.0': unknown",
};

/** The stack, with changes. */
export function judged(changes: Partial<Judged> = {}): Judged {
    return {
        stack: "test",
        profile: "prod",
        previewedBy: "embedded preview",
        resources: [
            resource(STACK, "", false),
            resource(PLATFORM, STACK, false),
            resource(SYSTEM, PLATFORM, false),
            resource(DEPLOYMENT, SYSTEM, true),
        ],
        charts: [
            {
                name: "n8n",
                chart: "n8n",
                repo: "https://charts.example.org",
                version: "1.0.0",
                rendered: true,
                objects: 1,
            },
        ],
        pages: [],
        policies,
        violations: [mandatory],
        scorecard,
        missingSecrets: ["proxmoxApiToken"],
        warnings: [],
        seconds: 1.25,
        ...changes,
    };
}

/** The same with a chart that could not be had. */
export function partlyJudged(): Judged {
    const whole = judged({ violations: [] });
    const charts = whole.charts.map((chart) => ({
        ...chart,
        rendered: false,
        reason: `charts.example.org: out of reach ${HOSTILE}`,
        cause: `out of reach ${HOSTILE}`,
    }));
    return { ...whole, charts };
}
