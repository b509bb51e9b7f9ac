/** Which versions of charts, images, Talos and Kubernetes a change brings. Pure. */
import { imagesOf } from "../../policy/engines/operated/fields";
import type { Fact, Facts } from "../../policy/kernel/facts";
import { isRecord } from "../../components/base/object";
import { parseImage } from "../../policy/kubernetes/images";
import type { Plan, PlanChart } from "./plan";

/** Something with a version. A new one has none before, one that goes has none after. */
export interface VersionChange {
    readonly what: string;
    readonly before?: string;
    readonly after?: string;
}

/** Versions that differ, by what they are of. */
export interface VersionChanges {
    readonly charts: readonly VersionChange[];
    readonly images: readonly VersionChange[];
    /** What components say of their versions: Talos, Kubernetes. */
    readonly others: readonly VersionChange[];
}

/** The changes between two maps from a thing to its version. */
function changesBetween(
    before: ReadonlyMap<string, string>,
    after: ReadonlyMap<string, string>,
): VersionChange[] {
    return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((what) => {
        const [old, now] = [before.get(what), after.get(what)];
        return old === now
            ? []
            : [
                  {
                      what,
                      ...(old === undefined ? {} : { before: old }),
                      ...(now === undefined ? {} : { after: now }),
                  },
              ];
    });
}

function chartVersions(charts: readonly PlanChart[]): ReadonlyMap<string, string> {
    return new Map(
        charts.map(({ name, chart, version }) => [
            name === chart ? chart : `${chart} (${name})`,
            version,
        ]),
    );
}

/** A whole reference to an image, also as the value of a flag: with its registry and a version. */
const MENTION =
    /^(?:--?[\w-]+=)?((?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?\/[\w./-]+(?::[\w][\w.-]*|@sha256:[a-f0-9]{64})+)$/;

/** References to images among the values of a resource: operators take them by flag or variable. */
function mentioned(value: unknown): string[] {
    if (typeof value === "string") {
        return MENTION.exec(value)?.slice(1, 2) ?? [];
    }
    return typeof value === "object" && value !== null
        ? Object.values(value).flatMap(mentioned)
        : [];
}

function namedImages(fact: Fact): string[] {
    return imagesOf(fact).flatMap(({ image }) =>
        image.state === "known" && typeof image.value === "string" ? [image.value] : [],
    );
}

/** Versions of the images by their place; several of one image are told together. */
function imageVersions(facts: Facts): ReadonlyMap<string, string> {
    const versions = new Map<string, Set<string>>();
    const objects = facts.all().filter(({ object }) => object !== undefined);
    for (const fact of objects) {
        for (const image of [...namedImages(fact), ...mentioned(fact.inputs)]) {
            const { registry, repository, tag, digest } = parseImage(image);
            const where = `${registry}/${repository}`;
            // A digest alone says which bytes, not which version.
            const version = tag ?? digest ?? "no version";
            versions.set(where, (versions.get(where) ?? new Set<string>()).add(version));
        }
    }
    return new Map([...versions].map(([image, all]) => [image, [...all].sort().join(", ")]));
}

function componentVersions({ resources }: Plan): ReadonlyMap<string, string> {
    return new Map(
        resources
            .filter(({ custom, type }) => !custom && type !== "platform:base:Chart")
            .flatMap(({ inputs }) => {
                const versions = isRecord(inputs.versions) ? inputs.versions : inputs;
                return Object.entries(versions).flatMap(([key, value]): [string, string][] => {
                    const name = /^(\w+?)(?:Version)?$/.exec(key)?.[1] ?? key;
                    const isVersion = versions !== inputs || key.endsWith("Version");
                    return isVersion && typeof value === "string" ? [[name, value]] : [];
                });
            }),
    );
}

/** What a side of the comparison has. */
export interface Side {
    readonly plan: Plan;
    readonly facts: Facts;
}

/** The versions that differ. */
export function versionChanges(before: Side, after: Side): VersionChanges {
    return {
        charts: changesBetween(chartVersions(before.plan.charts), chartVersions(after.plan.charts)),
        images: changesBetween(imageVersions(before.facts), imageVersions(after.facts)),
        others: changesBetween(componentVersions(before.plan), componentVersions(after.plan)),
    };
}
