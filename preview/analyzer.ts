/**
 * The policy pack as a process of its own, spoken to over the same protocol that the engine uses.
 * Requests are sent while the program still registers resources.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { credentials } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import * as protocol from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { toRequest, toStackRequest } from "./analyze-request";
import { PROFILE_TAG } from "../policy/kernel/profile-tag";
import type { PackProcess } from "./pack-process";
import type { Registration } from "./recorder";
import { messageOf } from "./violation-message";

export type Level = "advisory" | "mandatory" | "disabled";

/** One policy of the pack. */
export interface PolicyInfo {
    readonly name: string;
    /** Criterion id, empty for the pack's own machinery. */
    readonly criterion: string;
    readonly level: Level;
    /** `low` to `critical`. */
    readonly severity: string;
    /** What to do about a violation. */
    readonly remediation: string;
    /** The profile of the stack decides what is judged. */
    readonly followsProfile: boolean;
}

/** A violation, or a policy that could not run. */
export interface Violation {
    readonly policy: string;
    readonly criterion: string;
    readonly level: Level;
    readonly urn: string;
    readonly message: string;
}

/** Content of a `--policy-pack-config` file: level or options by policy name, `all` for the rest. */
export type PackConfig = Readonly<
    Record<
        string,
        Level | { readonly enforcementLevel?: Level; readonly [option: string]: unknown }
    >
>;

const LEVEL_NUMBERS: Readonly<Record<Level, protocol.EnforcementLevel>> = {
    advisory: protocol.EnforcementLevel.ADVISORY,
    mandatory: protocol.EnforcementLevel.MANDATORY,
    disabled: protocol.EnforcementLevel.DISABLED,
};

function toLevel(level: protocol.EnforcementLevel): Level {
    const names = Object.keys(LEVEL_NUMBERS) as Level[];
    return names.find((name) => LEVEL_NUMBERS[name] === level) ?? "mandatory";
}

function severityName(severity: protocol.PolicySeverity): string {
    const names = Object.entries(protocol.PolicySeverity);
    const name = names.find(([, number]) => number === severity)?.[0] ?? "";
    return name.replace("POLICY_SEVERITY_", "").toLowerCase();
}

/** The component whose inputs say what the site and the profile are. */
const PLATFORM = "platform:base:Platform";
/** After so many requests the event loop gets a turn, in which they leave for the pack. */
const BREATH = 16;
/** CRDs are large; the protocol's default limit of 4 MiB is not enough for a whole stack. */
const MESSAGE_LIMIT = 400 * 1024 * 1024;

/**
 * Whether the pack must know a component before it judges others: requests are handled side by side,
 * and a large one may be overtaken by the small ones after it.
 */
function isAwaited({ type, inputs }: Registration): boolean {
    const exceptions = inputs.getFieldsMap().get("exceptions")?.getListValue();
    return type === PLATFORM || (exceptions?.getValuesList() ?? []).length > 0;
}

/** Configures the pack and judges registrations as they come. */
export class Analyzer {
    private readonly connected: Promise<AnalyzerClient>;
    private readonly pending: Promise<readonly Violation[]>[] = [];
    private queue: Promise<void> = Promise.resolve();
    private policies: readonly PolicyInfo[] = [];

    /** @param config levels and options, as from a `--policy-pack-config` file */
    constructor(
        private readonly pack: PackProcess,
        config: PackConfig,
    ) {
        this.connected = this.connect(config);
        // Whoever awaits it sees the failure; until then it must not count as unhandled.
        this.connected.catch(() => undefined);
    }

    /**
     * Resolves when the pack answers. Awaited before the program runs: while it registers resources
     * the event loop has hardly a turn for the handshake, and nothing would be judged meanwhile.
     */
    async ready(): Promise<void> {
        await this.connected;
    }

    private async connect(config: PackConfig): Promise<AnalyzerClient> {
        const port = await this.pack.port;
        const client = new AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
            "grpc.max_receive_message_length": MESSAGE_LIMIT,
            "grpc.max_send_message_length": MESSAGE_LIMIT,
        });
        const info = await new Promise<protocol.AnalyzerInfo>((resolve, reject) => {
            client.getAnalyzerInfo(new Empty(), (error, answer) => {
                if (error) {
                    reject(error);
                } else {
                    resolve(answer);
                }
            });
        });
        const known = info.getPoliciesList();
        const unknown = Object.keys(config).filter(
            (name) => name !== "all" && !known.some((policy) => policy.getName() === name),
        );
        if (unknown.length > 0) {
            throw new Error(`The policy pack has no policy ${unknown.join(", ")}.`);
        }
        const request = new protocol.ConfigureAnalyzerRequest();
        this.policies = known.map((policy) => {
            const entry = config[policy.getName()] ?? config.all;
            const options = typeof entry === "object" ? entry : { enforcementLevel: entry };
            const { enforcementLevel, ...properties } = options;
            const level = enforcementLevel ?? toLevel(policy.getEnforcementlevel());
            request
                .getPolicyconfigMap()
                .set(
                    policy.getName(),
                    new protocol.PolicyConfig()
                        .setEnforcementlevel(LEVEL_NUMBERS[level])
                        .setProperties(Struct.fromJavaScript(properties as Record<string, never>)),
                );
            const criterion = policy.getFramework()?.getReference() ?? "";
            return {
                name: policy.getName(),
                criterion,
                level,
                severity: severityName(policy.getSeverity()),
                remediation: policy.getRemediationSteps(),
                followsProfile: policy.getTagsList().includes(PROFILE_TAG),
            };
        });
        await new Promise<void>((resolve, reject) => {
            client.configure(request, (error) => {
                if (error) {
                    reject(error);
                } else {
                    resolve();
                }
            });
        });
        return client;
    }

    /** The policies with the levels of this run. */
    async info(): Promise<readonly PolicyInfo[]> {
        await this.connected;
        return this.policies;
    }

    /** Judges one registration; returns at once, the answer is awaited by `finish`. */
    judge(registration: Registration): void {
        this.queue = this.queue.then(async () => {
            const client = await this.connected;
            const answer = this.analyze(client, registration);
            // Reported by `finish`, too.
            answer.catch(() => undefined);
            this.pending.push(answer);
            if (isAwaited(registration)) {
                await answer;
            }
            if (this.pending.length % BREATH === 0) {
                await nextTurn();
            }
        });
        // Reported by `finish`, which awaits the queue.
        this.queue.catch(() => undefined);
    }

    private analyze(
        client: AnalyzerClient,
        registration: Registration,
    ): Promise<readonly Violation[]> {
        const request = toRequest(registration);
        return this.collect(registration.urn, (callback) => client.analyze(request, callback));
    }

    /** Judges the stack as a whole, after every registration, and ends the pack. */
    async finish(registrations: readonly Registration[]): Promise<readonly Violation[]> {
        try {
            const client = await this.connected;
            await this.queue;
            const ofResources = await Promise.all(this.pending);
            const request = toStackRequest(registrations);
            const ofStack = await this.collect("", (callback) =>
                client.analyzeStack(request, callback),
            );
            client.close();
            return [...ofResources, ofStack].flat();
        } finally {
            this.pack.stop();
        }
    }

    private async collect(
        urn: string,
        call: (
            callback: (error: Error | null, answer: protocol.AnalyzeResponse) => void,
        ) => unknown,
    ): Promise<readonly Violation[]> {
        const answer = await new Promise<protocol.AnalyzeResponse>((resolve, reject) => {
            call((error, response) => {
                if (error) {
                    reject(error);
                } else {
                    resolve(response);
                }
            });
        });
        return answer.getDiagnosticsList().map((diagnostic) => {
            const policy = diagnostic.getPolicyname();
            return {
                policy,
                criterion: this.policies.find(({ name }) => name === policy)?.criterion ?? "",
                level: toLevel(diagnostic.getEnforcementlevel()),
                urn: diagnostic.getUrn() === "" ? urn : diagnostic.getUrn(),
                message: messageOf(diagnostic.getMessage()),
            };
        });
    }
}
