/** What a stack asks of its nodes, in numbers that can be compared. Pure. */
import { monthlyBill } from "../../policy/criteria/cost/budget";
import { utilization } from "../../policy/criteria/cost/utilization";
import { plus, showAmount, times } from "../../policy/engines/scheduling/amounts";
import { stackClaims } from "../../policy/engines/scheduling/claims";
import { podsOfTemplates } from "../../policy/engines/scheduling/proof";
import { capacityOf } from "../../policy/engines/scheduling/stack";
import type { Facts } from "../../policy/kernel/facts";

/** One number of a stack, ready to be read. */
export interface Figure {
    readonly what: string;
    readonly value: string;
}

/** A figure that differs. */
export interface FigureChange {
    readonly what: string;
    readonly before?: string;
    readonly after?: string;
}

function nodeFigures(facts: Facts): Figure[] {
    const capacity = capacityOf(facts);
    if (capacity === undefined || capacity.cluster.nodes.length === 0) {
        return [];
    }
    const { cluster, templates } = capacity;
    const pods = podsOfTemplates(templates, cluster.nodes);
    const asked = pods.map(({ template }) => template.requests).reduce(plus, {});
    const shares = utilization(cluster.nodes, templates);
    const workers = cluster.nodes.filter(({ role }) => role === "worker").length;
    const spare = (share: number) => `${(100 - share).toFixed(0)} %`;
    return [
        { what: "control planes", value: String(cluster.nodes.length - workers) },
        { what: "workers", value: String(workers) },
        { what: "pods", value: String(pods.length) },
        { what: "CPU requested", value: showAmount("cpu", asked.cpu ?? 0) },
        { what: "memory requested", value: showAmount("memory", asked.memory ?? 0) },
        { what: "CPU to spare with the largest worker lost", value: spare(shares.cpu) },
        { what: "memory to spare with the largest worker lost", value: spare(shares.memory) },
    ];
}

function volumeFigures(facts: Facts): Figure[] {
    const kept = stackClaims(facts).claims.filter(({ scratch }) => !scratch);
    const count = kept.reduce((sum, claim) => sum + claim.count, 0);
    const size = kept
        .map(({ bytes, count: copies }) => times({ storage: bytes }, copies))
        .reduce(plus, {});
    return [
        { what: "volumes", value: String(count) },
        { what: "volumes' size, without copies", value: showAmount("storage", size.storage ?? 0) },
    ];
}

function costFigures(facts: Facts): Figure[] {
    const bill = monthlyBill(facts);
    return bill === undefined
        ? []
        : [{ what: "cost a month", value: `${bill.amount.toFixed(2)} ${bill.currency}`.trim() }];
}

/** Everything that is measured of a stack. */
export function figures(facts: Facts): Figure[] {
    return [...nodeFigures(facts), ...volumeFigures(facts), ...costFigures(facts)];
}

/** The figures in which two stacks differ. */
export function figureChanges(before: readonly Figure[], after: readonly Figure[]): FigureChange[] {
    const old = new Map(before.map(({ what, value }) => [what, value]));
    const now = new Map(after.map(({ what, value }) => [what, value]));
    return [...new Set([...old.keys(), ...now.keys()])].flatMap((what) => {
        const [was, is] = [old.get(what), now.get(what)];
        return was === is
            ? []
            : [
                  {
                      what,
                      ...(was === undefined ? {} : { before: was }),
                      ...(is === undefined ? {} : { after: is }),
                  },
              ];
    });
}
