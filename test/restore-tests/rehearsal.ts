/** Runs the program of a restore test, as its pod does, against an API server of this process. */
import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Manifest } from "../../components/base/object";
import { RESTORE_TESTS, SCRATCH } from "../../components/backup/restore-tests-plan";
import { scriptFolder } from "../../components/backup/restore-tests-scripts";
import type { RecordedStack } from "../fixtures/stack";
import type { Workshop } from "../archives/programs";
import { allows, rulesOf } from "./access";
import { ApiServer, type Controller } from "./api-server";

/** What a test says at its end. */
export interface Said {
    readonly verdict: string;
    readonly reason?: string;
    readonly steps: readonly { readonly step: string; readonly found?: unknown }[];
}

/** How a run of the program ended. */
export interface Run {
    readonly status: number | null;
    readonly output: string;
}

/** A plan of the recorded stack, as its ConfigMap has it. */
export function planOf(stack: RecordedStack, test: string): Record<string, unknown> {
    const { data } = stack.object(`ConfigMap/${RESTORE_TESTS}/restore-plans`);
    const text = (data as Readonly<Record<string, string>>)[`${test}.json`];
    if (text === undefined) {
        throw new Error(`there is no plan ${test}`);
    }
    return JSON.parse(text) as Record<string, unknown>;
}

/** Seconds that pass in a test instead of hours. */
export const shortPatience = { wait: 3, restore: 60, check: 30, clean: 30 };

/** An API server with what the program of the recorded stack makes, and runs of the tests. */
export class Rehearsal {
    readonly server: ApiServer;
    private port = 0;
    private readonly account: string;
    private count = 0;

    constructor(
        private readonly shop: Workshop,
        stack: RecordedStack,
        controllers: readonly Controller[],
        certificates: {
            readonly authority: string;
            readonly certificate: string;
            readonly key: string;
        },
        admit?: (object: Manifest) => Promise<string | undefined> | string | undefined,
    ) {
        const rules = rulesOf(stack, {
            kind: "ServiceAccount",
            name: RESTORE_TESTS,
            namespace: RESTORE_TESTS,
        });
        this.server = new ApiServer({
            ...certificates,
            allows: (asked) => allows(rules, asked),
            ...(admit === undefined ? {} : { admit }),
            controllers,
        });
        for (const [group, resource, key] of [
            ["coordination.k8s.io", "leases", `Lease/${RESTORE_TESTS}/${RESTORE_TESTS}`],
            ["", "configmaps", `ConfigMap/${RESTORE_TESTS}/restore-reports`],
            ["batch", "cronjobs", `CronJob/${SCRATCH}/check-volume`],
        ] as const) {
            this.server.put(group, resource, stack.object(key));
        }
        this.account = shop.at("account");
        fs.mkdirSync(this.account);
        fs.writeFileSync(path.join(this.account, "token"), "token");
        fs.copyFileSync(certificates.authority, path.join(this.account, "ca.crt"));
    }

    async start(): Promise<void> {
        this.port = await this.server.listen();
    }

    /** Starts the program with a plan. */
    begin(plan: object, env: Readonly<Record<string, string>> = {}): Running {
        this.count += 1;
        const file = this.shop.at(`plan-${this.count}.json`);
        fs.writeFileSync(file, JSON.stringify(plan));
        return new Running(
            spawn("python3", ["-B", path.join(scriptFolder, "restore_test.py"), file], {
                env: {
                    PATH: process.env.PATH,
                    KUBERNETES_SERVICE_HOST: "localhost",
                    KUBERNETES_SERVICE_PORT: String(this.port),
                    ACCOUNT_FOLDER: this.account,
                    NAMESPACE: RESTORE_TESTS,
                    POD: `test-${this.count}`,
                    PAUSE_SECONDS: "0.2",
                    ...env,
                },
            }),
        );
    }

    /** Runs it to its end. */
    run(plan: object, env: Readonly<Record<string, string>> = {}): Promise<Run> {
        return this.begin(plan, env).ended;
    }

    /** The last report of a test. */
    report(test: string): Said {
        const reports = this.server.get("", "configmaps", RESTORE_TESTS, "restore-reports");
        const text = (reports?.data as Readonly<Record<string, string>> | undefined)?.[test];
        if (text === undefined) {
            throw new Error(`there is no report of ${test}`);
        }
        return JSON.parse(text) as Said;
    }

    /** Namespaces in which it asked for anything, each once. */
    askedIn(): (string | undefined)[] {
        const places = this.server.asked.map((asked) => asked.split(" ").at(-1)?.split("/")[0]);
        return [...new Set(places)].sort();
    }

    /** What is left where copies are, besides what the program of the stack put there. */
    left(): string[] {
        return this.server.keys(SCRATCH).filter((key) => !key.includes("/cronjobs/"));
    }

    /** Waits until a copy is there. */
    async copies(): Promise<void> {
        for (let attempt = 0; attempt < 600 && this.left().length === 0; attempt += 1) {
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
    }

    /** Who holds the Lease. */
    holder(): string {
        const lease = this.server.get(
            "coordination.k8s.io",
            "leases",
            RESTORE_TESTS,
            RESTORE_TESTS,
        );
        return (lease?.spec as { holderIdentity?: string } | undefined)?.holderIdentity ?? "";
    }
}

/** A run that is going on. */
export class Running {
    readonly ended: Promise<Run>;
    private output = "";

    constructor(private readonly child: ChildProcess) {
        for (const stream of [child.stdout, child.stderr]) {
            stream?.on("data", (chunk: Buffer) => {
                this.output += chunk.toString();
            });
        }
        this.ended = new Promise((resolve) => {
            child.once("close", (status) => {
                resolve({ status, output: this.output });
            });
        });
    }

    /** Waits until it says something. */
    async says(text: string): Promise<void> {
        for (let attempt = 0; attempt < 300 && !this.output.includes(text); attempt += 1) {
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
    }

    signal(name: NodeJS.Signals): void {
        this.child.kill(name);
    }
}
