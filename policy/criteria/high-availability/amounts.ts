/** Requests and limits of a container as the API server reads them, and what it refuses. Pure. */
import type { ContainerDefaults } from "../../engines/scheduling/pod-resources";
import { isUnknown, read, type Reading, readTree, showReading } from "../../kernel/tree";
import { parseQuantity } from "../../kubernetes/quantities";

type Field = "requests" | "limits";
const FIELDS: readonly Field[] = ["requests", "limits"];
/** What every container is asked about, so that an unknown list hides all of them. */
const USUAL = ["cpu", "memory", "ephemeral-storage"];
const ABSENT: Reading = { state: "absent" };

/** What a container asks for, by resource; a container that says nothing asks for nothing. */
export interface Asked extends Readonly<Record<Field, Readonly<Record<string, Reading>>>> {
    /** `requests.memory` and the like that are no quantity. */
    readonly unreadable: ReadonlySet<string>;
}

/** Whether an amount is only known at the update. */
export function isHidden(reading: Reading | undefined): boolean {
    return reading?.state === "unknown";
}

/** Whether something is asked for: zero asks for nothing, so it counts as absent. */
export function isAmount(reading: Reading | undefined): boolean {
    return reading?.state === "known" && (parseQuantity(reading.value) ?? 0) > 0;
}

function amountOf(reading: Reading | undefined): number | undefined {
    return reading?.state === "known" ? parseQuantity(reading.value) : undefined;
}

/** Resources that are counted in bytes. */
function isBytes(resource: string): boolean {
    return /^(?:memory|ephemeral-storage|hugepages-.*)$/.test(resource);
}

/** Resources that a container has or has not, and shares with nobody. */
function isWhole(resource: string): boolean {
    return resource.includes("/") || resource.startsWith("hugepages-");
}

/** The resources of a container. */
export function askedBy(resources: Reading): Asked {
    const tree = resources.state === "known" ? resources.value : undefined;
    const of = (field: Field): Readonly<Record<string, Reading>> => {
        const reading = read(tree, [field]);
        return Object.fromEntries(
            reading.state === "unknown"
                ? USUAL.map((name) => [name, reading])
                : Object.keys(readTree(tree, field)).map((name) => [
                      name,
                      read(tree, [field, name]),
                  ]),
        );
    };
    const [requests, limits] = [of("requests"), of("limits")];
    const unreadable = FIELDS.flatMap((field) =>
        Object.entries({ requests, limits }[field]).flatMap(([name, reading]) =>
            reading.state === "known" && amountOf(reading) === undefined
                ? [`${field}.${name}`]
                : [],
        ),
    );
    return { requests, limits, unreadable: new Set(unreadable) };
}

/** What is wrong with one amount (kubernetes v1.35: pkg/apis/core/validation, pkg/api/pod/warnings.go). */
function faultOf(field: Field, resource: string, reading: Reading): string[] {
    const amount = amountOf(reading);
    const what = `has ${showReading(reading)} in resources.${field}.${resource}`;
    if (reading.state !== "known") {
        return [];
    }
    if (amount === undefined) {
        return [`${what}, which is no quantity; write one such as 500m or 128Mi`];
    }
    if (amount < 0) {
        return [`${what}, which is below zero`];
    }
    return isBytes(resource) && !Number.isInteger(amount) && amount < 1024
        ? [`${what}, which is a fraction of a byte; write Mi for mebibytes`]
        : [];
}

/** A request above its limit, own or given, which the API server refuses. */
function conflictOf(
    resource: string,
    { requests, limits }: Asked,
    defaults: readonly ContainerDefaults[],
): string[] {
    const given = defaults
        .map((range) => range.limits[resource])
        .find((value) => value !== undefined && !isUnknown(value));
    const own = limits[resource] ?? ABSENT;
    const limit: Reading =
        own.state === "absent" && given !== undefined ? { state: "known", value: given } : own;
    const request = requests[resource] ?? ABSENT;
    const [asked, most] = [amountOf(request), amountOf(limit)];
    if (asked === undefined || asked < 0) {
        return [];
    }
    if (isWhole(resource) && limit.state !== "unknown" && asked !== most) {
        return [
            `requests ${showReading(request)} of ${resource} and is limited to ${showReading(limit)}; it is not shared, so both must be the same`,
        ];
    }
    const whose = own.state === "absent" ? "that the LimitRange of its namespace gives" : "it has";
    return most !== undefined && asked > most
        ? [
              `requests ${showReading(request)} of ${resource}, above the limit of ${showReading(limit)} ${whose}; the API server refuses it`,
          ]
        : [];
}

/** Everything that the API server would refuse, each as the end of a sentence. */
export function faultsOf(asked: Asked, defaults: readonly ContainerDefaults[]): string[] {
    const amounts = FIELDS.flatMap((field) =>
        Object.entries(asked[field]).flatMap(([resource, reading]) =>
            faultOf(field, resource, reading),
        ),
    );
    return [
        ...amounts,
        ...Object.keys(asked.requests).flatMap((resource) => conflictOf(resource, asked, defaults)),
    ];
}
