/** The gate around each change of a node in an update. */
import * as pulumi from "@pulumi/pulumi";
import { HttpsError } from "../base/https-get";
import type { Site } from "../site";
import { administrator, type Authority } from "./administrator";
import { gateFaults, type GateReadings, toReading } from "./gate";
import {
    budgetsOf,
    budgetsPath,
    cephClusterPath,
    type CephHealth,
    cephHealth,
} from "./gate-answers";
import { get, type Patience, retry } from "./kubernetes-api";
import { apiEndpoint } from "./machine-configuration";
import { nodeReport } from "./node-report";

/** Variable with which somebody goes past the gate deliberately: `true`. */
export const WITHOUT_GATE = "PLATFORM_WITHOUT_GATE";
/** Seconds that the cluster is waited for after the change of a node. */
const AFTER: Patience = { timeout: 1800, interval: 10 };
const NOT_FOUND = 404;

/** Fetches one path of the Kubernetes API. */
export type AskKubernetes = (path: string) => Promise<string>;

/** Nodes that are in the cluster and in the settings: new ones have nobody to lose yet. */
function presentNodes(answer: string, names: readonly string[]): string[] {
    const { unready } = nodeReport(answer, names);
    const { items } = JSON.parse(answer) as { items: { metadata: { name: string } }[] };
    const present = names.filter((name) => items.some(({ metadata }) => metadata.name === name));
    // Without any node that is ready there is no pod network yet, and nobody to protect.
    return present.every((name) => unready.includes(name)) ? [] : present;
}

async function readCeph(ask: AskKubernetes): Promise<CephHealth | undefined> {
    try {
        return cephHealth(JSON.parse(await ask(cephClusterPath("rook-ceph", "rook-ceph"))));
    } catch (error) {
        if (error instanceof HttpsError && error.status === NOT_FOUND) {
            return undefined;
        }
        throw error;
    }
}

/**
 * What the Kubernetes API says against the change of a node; none when it may change, or when the
 * cluster was never there. etcd answers through the API server, which does not without its majority.
 */
export async function changeFaults(
    site: Site,
    ask: AskKubernetes,
    apart: string | undefined,
    now: number,
): Promise<string[]> {
    const names = site.nodes.map(({ name }) => name);
    const answer = await toReading(() => ask("/api/v1/nodes"));
    if ("value" in answer && presentNodes(answer.value, names).length === 0) {
        return [];
    }
    const ceph = await toReading(() => readCeph(ask));
    const known = "value" in ceph ? ceph.value : undefined;
    const readings: GateReadings = {
        nodes:
            "value" in answer
                ? {
                      value: {
                          ...nodeReport(answer.value, presentNodes(answer.value, names)),
                          unexpected: [],
                      },
                  }
                : answer,
        budgets: await toReading(async () => budgetsOf(JSON.parse(await ask(budgetsPath)))),
        ...("unread" in ceph ? { ceph } : known === undefined ? {} : { ceph: { value: known } }),
    };
    return gateFaults(readings, { controlPlanes: [], apart, now });
}

/**
 * Has an update change one node only while the others are well, and waits afterwards until it is.
 * Not where an outage is accepted (dev), and not in a preview.
 *
 * There is no hook before a deletion: a destroy without `--run-program` fails on a resource that has
 * one ("hook was not registered", pulumi v3.248 pkg/resource/deploy/deployment.go), and with it needs
 * a program that runs and a cluster that answers. `npm run up` asks before it deletes a machine.
 */
export class ChangeGate {
    /** Options for whatever changes a node; its name is the node's. */
    readonly hooks: pulumi.ResourceHookBinding;

    private learnt: (authority: Authority) => void = () => undefined;
    private readonly authority = new Promise<Authority>((resolve) => {
        this.learnt = resolve;
    });

    constructor(
        private readonly site: Site,
        private readonly after: Patience = AFTER,
    ) {
        const isOff =
            pulumi.runtime.isDryRun() ||
            site.profile === "dev" ||
            process.env[WITHOUT_GATE] === "true";
        if (isOff) {
            this.hooks = {};
            return;
        }
        const before = new pulumi.ResourceHook("cluster-is-well", ({ name }) => this.require(name));
        const then = new pulumi.ResourceHook("cluster-is-well-again", ({ name }) =>
            this.waitFor(name),
        );
        this.hooks = { beforeUpdate: [before], afterUpdate: [then] };
    }

    /** Tells the authority of Kubernetes, which lets the gate ask. */
    learn(authority: pulumi.Output<Authority>): void {
        authority.apply((known) => {
            this.learnt(known);
        });
    }

    /** @throws RunError with each fault when a node must not change now */
    async require(name: string): Promise<void> {
        const faults = await this.faults(name);
        if (faults.length > 0) {
            const lines = faults.map((fault) => `  ${fault}`).join("\n");
            throw new pulumi.RunError(
                `Node ${name} was not changed, because the cluster could not spare it:\n${lines}\n` +
                    `Mend that and run this again; ${WITHOUT_GATE}=true goes past it.`,
            );
        }
    }

    private async waitFor(name: string): Promise<void> {
        await retry(
            async () => {
                const [fault] = await this.faults();
                if (fault !== undefined) {
                    throw new Error(fault.replace(/\.$/, ""));
                }
            },
            `After the change of ${name} the cluster was not well again`,
            this.after,
        );
    }

    private async faults(apart?: string): Promise<string[]> {
        const certificate = await administrator(await this.authority);
        const endpoint = apiEndpoint(this.site);
        const ask: AskKubernetes = (path) => get(`${endpoint}${path}`, certificate);
        return changeFaults(this.site, ask, apart, Date.now());
    }
}
