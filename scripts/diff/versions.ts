/** Which versions of charts, images, Talos and Kubernetes a change brings. Pure. */
import { imagesOf } from "../../policy/engines/operated/fields";
import type { Facts } from "../../policy/kernel/facts";
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

/** Versions of the images by their place; several of one image are told together. */
function imageVersions(facts: Facts): ReadonlyMap<string, string> {
    const versions = new Map<string, Set<string>>();
    for (const fact of facts.all()) {
        for (const { image } of imagesOf(fact)) {
            if (image.state !== "known" || typeof image.value !== "string") {
                continue;
            }
            const { registry, repository, tag, digest } = parseImage(image.value);
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
