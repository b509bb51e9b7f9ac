/**
 * What the engine tells while it previews, one JSON object a line
 * (`PULUMI_ENABLE_STREAMING_JSON_PREVIEW`; the plain `--json` leaves policies out). Only what the
 * scorecard needs is kept: no input but those of charts and routes, which are data of this repository.
 */
import type { Level } from "../analyzer";
import { CHART_TYPE, type ChartLine, toChartLine } from "../chart-line";
import { isPage, type PageLine, toPageLine } from "../page-line";
import type { PlannedResource } from "../scorecard/judged";
import { markedValues, type MarkedValues } from "../values";
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
    readonly provider?: string;
    readonly inputs?: Readonly<Record<string, unknown>>;
}

interface Outputs {
    readonly outputs?: Readonly<Record<string, unknown>>;
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
    readonly resOutputsEvent?: {
        readonly metadata: {
            readonly urn: string;
            readonly type: string;
            readonly new?: Outputs | null;
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

/** What every run warns of and no user can change: where plugins come from is the installation's affair. */
const USUAL_WARNING = /^using pulumi-\S+ from \$PATH at /;

/** Collects the events of one preview. */
export class EngineEvents {
    readonly charts: ChartLine[] = [];
    readonly pages: PageLine[] = [];
    /** What an update would change, in the engine's order. */
    readonly changes: PlannedChange[] = [];
    readonly violations: EngineViolation[] = [];
    /** What went wrong besides policies, as the engine says it. */
    readonly errors: string[] = [];
    /** What the engine warns of, each once. */
    readonly warnings = new Set<string>();
    /** Inputs and provider by URN, with secrets marked; only where somebody wants them. */
    readonly inputs = new Map<
        string,
        { readonly inputs: MarkedValues; readonly provider: string }
    >();
    /** Outputs of the stack, with secrets marked. */
    outputs: MarkedValues = {};
    /** Whether the preview came to its end. */
    finished = false;
    seconds = 0;
    private readonly byUrn = new Map<string, PlannedResource>();

    /** @param withInputs whether inputs are wanted, for the document */
    constructor(private readonly withInputs = false) {}

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
        const { summaryEvent } = event;
        this.takeDiagnostic(event);
        this.takeOutputs(event);
        if (summaryEvent !== undefined) {
            this.finished = true;
            this.seconds = summaryEvent.durationSeconds ?? 0;
        }
    }

    private takeDiagnostic({ diagnosticEvent }: EngineEvent): void {
        const message = (diagnosticEvent?.message ?? "").trim();
        if (diagnosticEvent?.severity === "error") {
            this.errors.push(message);
        } else if (diagnosticEvent?.severity === "warning" && !USUAL_WARNING.test(message)) {
            this.warnings.add(message);
        }
    }

    private takeOutputs({ resOutputsEvent }: EngineEvent): void {
        const metadata = resOutputsEvent?.metadata;
        if (metadata?.type === "pulumi:pulumi:Stack" && this.withInputs) {
            this.outputs = markedValues(metadata.new?.outputs ?? {});
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
        if (isPage(type) && !this.byUrn.has(urn)) {
            this.pages.push(toPageLine(state.inputs ?? {}));
        }
        if (type === CHART_TYPE && !this.byUrn.has(urn)) {
            this.charts.push(toChartLine(name, state.inputs ?? {}));
        }
        if (this.withInputs) {
            const inputs = markedValues(state.inputs ?? {});
            this.inputs.set(urn, { inputs, provider: state.provider ?? "" });
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
