/**
 * Writes what Kyverno and Trivy have found, as their reports in the API say it: a line of JSON for each
 * finding, which the collector of logs takes to where evidence is kept. Runs by itself in a CronJob,
 * with Node and nothing else; so it imports nothing of the platform.
 *
 *     node report-lines.ts <path of the API> ...
 */
import { readFileSync } from "node:fs";

type Fields = Readonly<Record<string, unknown>>;

/** One line. */
export interface Line {
    readonly evidence: "policy" | "vulnerability";
    readonly finding: Fields;
}

function fields(value: unknown): Fields {
    return typeof value === "object" && value !== null ? (value as Fields) : {};
}

function list(value: unknown): Fields[] {
    return Array.isArray(value) ? value.map(fields) : [];
}

/** Results of Kyverno that say that something is wrong. */
const WRONG = new Set<unknown>(["fail", "warn", "error"]);

function subjectOf(value: unknown): Fields {
    const { kind, namespace, name } = fields(value);
    return { kind, namespace, name };
}

/** Lines of a report of the working group on policies (wgpolicyk8s.io/v1alpha2). */
function policyLines(report: Fields): Line[] {
    return list(report.results)
        .filter(({ result }) => WRONG.has(result))
        .map(({ policy, rule, result, severity, category, message, resources }) => ({
            evidence: "policy",
            finding: {
                policy,
                rule,
                result,
                severity,
                category,
                message,
                resource: subjectOf(report.scope ?? list(resources)[0]),
            },
        }));
}

/** Labels of a report of Trivy that say what it is about (pkg/trivyoperator/constants.go). */
function reported(labels: Fields): Fields {
    const of = (what: string) => labels[`trivy-operator.resource.${what}`];
    return { kind: of("kind"), namespace: of("namespace"), name: of("name") };
}

/** `server/repository:tag`, as a pod names it. */
function imageOf({ artifact, registry }: Fields): string | undefined {
    const { repository, tag, digest } = fields(artifact);
    const { server } = fields(registry);
    if (typeof repository !== "string") {
        return undefined;
    }
    const version =
        typeof tag === "string" ? `:${tag}` : typeof digest === "string" ? `@${digest}` : "";
    return `${typeof server === "string" ? `${server}/` : ""}${repository}${version}`;
}

/** Lines of a report of Trivy (aquasecurity.github.io/v1alpha1); never what a secret is. */
function trivyLines(kind: string, report: Fields): Line[] {
    const said = fields(report.report);
    const resource = reported(fields(fields(report.metadata).labels));
    const image = imageOf(said);
    const line = (finding: Fields): Line => ({
        evidence: "vulnerability",
        finding: { report: kind, ...finding, ...(image === undefined ? {} : { image }), resource },
    });
    return [
        ...list(said.vulnerabilities).map((found) =>
            line({
                id: found.vulnerabilityID,
                severity: found.severity,
                package: found.resource,
                installed: found.installedVersion,
                fixed: found.fixedVersion,
                title: found.title,
            }),
        ),
        ...list(said.checks)
            .filter(({ success }) => success === false)
            .map(({ checkID, severity, title }) => line({ id: checkID, severity, title })),
        ...list(said.secrets).map(({ ruleID, severity, title, target }) =>
            line({ id: ruleID, severity, title, package: target }),
        ),
    ];
}

/**
 * Lines of one report.
 *
 * @param kind plural name of its kind: `policyreports`
 */
export function linesOf(kind: string, report: Fields): Line[] {
    return kind.endsWith("policyreports") ? policyLines(report) : trivyLines(kind, report);
}

/** Asks the API for a path. */
export type Ask = (path: string) => Promise<Fields>;

/** All lines of the kinds at some paths, in pieces that fit into memory. */
export async function* allLines(paths: readonly string[], ask: Ask): AsyncGenerator<Line> {
    for (const path of paths) {
        const kind = path.slice(path.lastIndexOf("/") + 1);
        let next: unknown = "";
        do {
            const more = next === "" ? "" : `&continue=${encodeURIComponent(String(next))}`;
            const page = await ask(`${path}?limit=50${more}`);
            for (const report of list(page.items)) {
                yield* linesOf(kind, report);
            }
            next = fields(page.metadata).continue ?? "";
        } while (next !== "");
    }
}

const ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/** Asks as the account of the pod; the authority is in NODE_EXTRA_CA_CERTS. */
async function askApi(path: string): Promise<Fields> {
    const { KUBERNETES_SERVICE_HOST: host = "", KUBERNETES_SERVICE_PORT: port = "443" } =
        process.env;
    const token = readFileSync(`${ACCOUNT}/token`, "utf8").trim();
    const answer = await fetch(`https://${host}:${port}${path}`, {
        headers: { authorization: `Bearer ${token}`, accept: "application/json" },
        signal: AbortSignal.timeout(60_000),
    });
    if (!answer.ok) {
        throw new Error(
            `GET ${path} answered ${answer.status}: ${(await answer.text()).slice(0, 300)}`,
        );
    }
    return fields(await answer.json());
}

async function main(paths: readonly string[]): Promise<void> {
    let count = 0;
    for await (const line of allLines(paths, askApi)) {
        process.stdout.write(`${JSON.stringify(line)}\n`);
        count += 1;
    }
    process.stdout.write(`${count} findings\n`);
}

const [, program = "", ...paths] = process.argv;
if (program.endsWith("report-lines.ts")) {
    main(paths).catch((error: unknown) => {
        process.stderr.write(`${(error as Error).message}\n`);
        process.exitCode = 1;
    });
}
