/**
 * What the engine tells while it previews, one JSON object a line
 * (`PULUMI_ENABLE_STREAMING_JSON_PREVIEW`; the plain `--json` leaves policies out). Only what the
 * scorecard needs is kept: no input but those of charts, which are data of this repository.
 */
import type { Level } from "../analyzer";
import { CHART_TYPE, type ChartLine, toChartLine } from "../chart-line";
import type { PlannedResource } from "../scorecard/judged";
import { messageOf } from "../violation-message";

/** A violation as the engine reports it. */
export interface EngineViolation {
    readonly policy: string;
    readonly level: Level;
    readonly urn: string;
    readonly message: string;
}

/** What an update would do to a resource. */
export type Operation = "create" | "update" | "replace" | "delete";

/** A resource that an update would change. */
export interface PlannedChange {
    readonly operation: Operation;
    readonly urn: string;
    readonly type: string;
}

interface State {
    readonly parent?: string;
    readonly custom?: boolean;
    readonly protect?: boolean;
    readonly inputs?: Readonly<Record<string, unknown>>;
}

/** The parts of the events that are read here. */
interface EngineEvent {
    readonly diagnosticEvent?: {
        readonly severity?: string;
        readonly message?: string;
        readonly ephemeral?: boolean;
    };
    readonly policyLoadEvent?: object;
    readonly policyEvent?: {
        readonly policyName?: string;
        readonly enforcementLevel?: string;
        readonly resourceUrn?: string;
        readonly message?: string;
    };
    readonly resourcePreEvent?: {
        readonly metadata: {
            readonly op: string;
            readonly urn: string;
            readonly type: string;
            readonly new?: State | null;
        };
    };
    readonly summaryEvent?: { readonly durationSeconds?: number };
}

function toLevel(level: string | undefined): Level {
    return level === "advisory" || level === "disabled" ? level : "mandatory";
}

/**
 * Operations that count as a change, by the engine's word for them. A replacement is announced with
 * two more words, for the new and the old resource (sdk/go/common/apitype/history.go of
 * pulumi/pulumi@v3.248.0).
 */
const OPERATIONS: ReadonlyMap<string, Operation> = new Map([
    ["create", "create"],
    ["update", "update"],
    ["replace", "replace"],
    ["delete", "delete"],
]);

/** Collects the events of one preview. */
export class EngineEvents {
    readonly charts: ChartLine[] = [];
    /** What an update would change, in the engine's order. */
    readonly changes: PlannedChange[] = [];
    readonly violations: EngineViolation[] = [];
    /** What went wrong besides policies, as the engine says it. */
    readonly errors: string[] = [];
    /** Whether the preview came to its end. */
    finished = false;
    seconds = 0;
    private readonly byUrn = new Map<string, PlannedResource>();

    /** What is planned, in the order of registration. */
    get resources(): readonly PlannedResource[] {
        return [...this.byUrn.values()];
    }

    /** Takes one line of the stream; anything but an event is left alone. */
    take(line: string): void {
        if (!line.startsWith("{")) {
            return;
        }
        let event: EngineEvent;
        try {
            event = JSON.parse(line) as EngineEvent;
        } catch {
            return;
        }
        this.takeResource(event);
        this.takeViolation(event);
        const { diagnosticEvent, summaryEvent } = event;
        if (diagnosticEvent?.severity === "error") {
            this.errors.push((diagnosticEvent.message ?? "").trim());
        }
        if (summaryEvent !== undefined) {
            this.finished = true;
            this.seconds = summaryEvent.durationSeconds ?? 0;
        }
    }

    private takeResource({ resourcePreEvent }: EngineEvent): void {
        const metadata = resourcePreEvent?.metadata;
        const operation = OPERATIONS.get(metadata?.op ?? "");
        if (metadata !== undefined && operation !== undefined) {
            this.changes.push({ operation, urn: metadata.urn, type: metadata.type });
        }
        const state = metadata?.new;
        // What is deleted has no new state, and is not part of what is judged.
        if (metadata === undefined || state === undefined || state === null) {
            return;
        }
        const { urn, type } = metadata;
        const name = urn.split("::").slice(3).join("::");
        if (type === CHART_TYPE && !this.byUrn.has(urn)) {
            this.charts.push(toChartLine(name, state.inputs ?? {}));
        }
        this.byUrn.set(urn, {
            urn,
            type,
            name,
            parent: state.parent ?? "",
            custom: state.custom === true,
            protect: state.protect === true,
        });
    }

    private takeViolation({ policyEvent }: EngineEvent): void {
        if (policyEvent !== undefined) {
            this.violations.push({
                policy: policyEvent.policyName ?? "",
                level: toLevel(policyEvent.enforcementLevel),
                urn: policyEvent.resourceUrn ?? "",
                message: messageOf(policyEvent.message ?? ""),
            });
        }
    }
}
