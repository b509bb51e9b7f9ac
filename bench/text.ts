/** What the benchmark measured, for a person. */
import type { Judging } from "./judging";
import type { Measurement } from "./measurement";
import type { Orders, OrderTime } from "./order";
import type { RehearsalMeasurement } from "./rehearsal";
import type { StateSize } from "./state";

/** A preview of a larger stack. */
export interface Growth {
    readonly nodes: number;
    readonly objects: number;
    readonly seconds: number;
    readonly megabytes: number;
    /** Seconds that judging took beyond the end of the program. */
    readonly judging: number;
}

/** Everything that the benchmark measured; `--json` prints it. */
export interface Result {
    readonly cold: Measurement;
    readonly warm: Measurement;
    /** The stack with every system, warm. */
    readonly everything: Measurement;
    readonly floor: Measurement;
    readonly judging: Judging;
    readonly growth: readonly Growth[];
    /** Undefined when the control plane is not built yet. */
    readonly rehearsal: RehearsalMeasurement | undefined;
    /** Orders in which prod may be sent; undefined as above. */
    readonly orders: Orders | undefined;
    /** The state of prod. */
    readonly state: StateSize;
    /** The state of a stack of twice as many resources. */
    readonly doubleState: StateSize;
}

function rehearsed(measurement: RehearsalMeasurement | undefined): string {
    if (measurement === undefined) {
        return "  not measured: `npm run rehearse -- --prepare` builds its control plane first";
    }
    const { nodes, wanted, placed, seconds, megabytes } = measurement;
    return `  ${nodes} nodes, ${placed} pods placed, ${wanted - placed} refused by the quotas of prod: ${seconds.toFixed(0)} s, ${megabytes.toFixed(0)} MB of all processes (aim 8,000)`;
}

function ordered(orders: Orders | undefined): string[] {
    if (orders === undefined) {
        return ["Orders of an update: not measured, as above"];
    }
    const { objects, atOnce, needs, program, waves } = orders;
    const line = (title: string, { seconds, chain, length }: OrderTime) =>
        `  ${title.padEnd(34)} ${seconds.toFixed(1).padStart(6)} s, longest chain ${chain.toFixed(1)} s over ${length} objects`;
    return [
        `Orders of an update of ${objects} objects, ${atOnce} at a time, by the times that an API server took:`,
        line("what each truly needs", needs),
        line("the program's own", program),
        line("layer after layer", waves),
        `  program / needs ${(program.seconds / needs.seconds).toFixed(2)}, waves / program ${(waves.seconds / program.seconds).toFixed(2)}`,
    ];
}

function stateRow(title: string, { bytes, resources, checkpointBytes }: StateSize): string {
    const kilobytes = (bytes / resources / 1000).toFixed(1);
    return `  ${title.padEnd(12)} ${(bytes / 1e6).toFixed(1)} MB, ${resources} resources of ${kilobytes} KB; a first update writes ${(checkpointBytes / 1e9).toFixed(1)} GB to a file or bucket`;
}

function row(title: string, { seconds, megabytes, resources }: Measurement): string {
    const perResource = ((seconds * 1000) / resources).toFixed(2);
    return `  ${title.padEnd(34)} ${seconds.toFixed(2).padStart(6)} s ${megabytes.toFixed(0).padStart(5)} MB ${String(resources).padStart(6)} resources ${perResource} ms each`;
}

/** The text of a result. */
export function toText(result: Result): string {
    const { cold, warm, everything, floor, judging, growth, rehearsal, orders } = result;
    const perResource = (seconds: number) => ((seconds * 1000) / warm.resources).toFixed(2);
    const loading = warm.seconds - warm.program - warm.judging;
    return [
        "Embedded preview, of prod:",
        row("cold (nothing rendered yet)", cold),
        row("warm", warm),
        row("floor (bare registrations)", floor),
        row("every system (aim 10 s)", everything),
        `  warm / floor: time ${(warm.seconds / floor.seconds).toFixed(2)} (aim 1.5), memory ${(warm.megabytes / floor.megabytes).toFixed(2)} (aim 1.3)`,
        "Milliseconds per resource of the warm preview:",
        `  loading ${perResource(loading)}, program ${perResource(warm.program)} (of which rendering from the cache ${perResource(warm.rendering)}), policies after the program ${perResource(warm.judging)}`,
        "The pack by itself:",
        `  starts in ${judging.packStart.toFixed(2)} s (aim 1), judges ${judging.resources} recorded resources in ${judging.seconds.toFixed(2)} s (aim 3 for 3,000)`,
        "Growth:",
        ...growth.map(
            ({ nodes, objects, seconds, megabytes, judging: afterwards }) =>
                `  ${nodes} workers, ${objects} resources: ${seconds.toFixed(2)} s, ${megabytes.toFixed(0)} MB, ${((seconds * 1000) / objects).toFixed(2)} ms each, ${afterwards.toFixed(2)} s of it judging after the program`,
        ),
        "Rehearsal:",
        rehearsed(rehearsal),
        ...ordered(orders),
        "State (reckoned; aim for prod: 2 MB):",
        stateRow("prod", result.state),
        stateRow("twice prod", result.doubleState),
    ].join("\n");
}
