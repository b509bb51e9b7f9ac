/** The settings of Ceph in a stack, held against what its room demands. */
import {
    type CephDemand,
    cephConfigOverride,
    cephDemands,
    parseCephConfig,
    settingName,
} from "../../../operators/ceph-settings";
import { type Finding, notJudged } from "../../kernel/criterion";
import { judgeExpectation } from "../../kernel/expectation";
import type { Facts, ObjectOf } from "../../kernel/facts";
import { read, type Reading, readTree } from "../../kernel/tree";

/** A setting as it stands in an object. */
interface Found {
    readonly fact: ObjectOf;
    readonly what: string;
    readonly name: string;
    readonly reading: Reading;
}

interface Sources {
    readonly found: readonly Found[];
    readonly hidden: readonly Finding[];
}

function ofCluster(fact: ObjectOf): Sources {
    const path = ["spec", "cephConfig"];
    const hidden = (what: string) => [notJudged(fact, `${what} is known only at the update`)];
    if (read(fact.inputs, path).state === "unknown") {
        return { found: [], hidden: hidden("cephConfig") };
    }
    const sections = Object.keys(readTree(fact.inputs, ...path));
    return {
        found: sections.flatMap((section) =>
            Object.keys(readTree(fact.inputs, ...path, section)).map((key) => ({
                fact,
                what: `cephConfig.${section}.${key}`,
                name: settingName(key),
                reading: read(fact.inputs, [...path, section, key]),
            })),
        ),
        hidden: sections
            .filter((section) => read(fact.inputs, [...path, section]).state === "unknown")
            .flatMap((section) => hidden(`cephConfig.${section}`)),
    };
}

function ofOverride(fact: ObjectOf): Sources {
    const text = read(fact.inputs, ["data", cephConfigOverride.key]);
    return text.state === "unknown"
        ? { found: [], hidden: [notJudged(fact, "its settings are known only at the update")] }
        : {
              found: parseCephConfig(text.state === "known" ? String(text.value) : "").map(
                  ({ section, name, value }) => ({
                      fact,
                      what: `${name} of [${section}]`,
                      name,
                      reading: { state: "known", value },
                  }),
              ),
              hidden: [],
          };
}

/** The ConfigMaps that hold settings of Ceph. */
export function cephOverrides(facts: Facts): ObjectOf[] {
    return facts
        .objects("", "ConfigMap")
        .filter(({ object }) => object.name === cephConfigOverride.name);
}

/** Judges every setting of one subject, in the resource of the cluster and beside it. */
export function judgeCephSettings(facts: Facts, about: CephDemand["about"]): Finding[] {
    const sources = [
        ...facts.objects("ceph.rook.io", "CephCluster").map(ofCluster),
        ...cephOverrides(facts).map(ofOverride),
    ];
    return sources.flatMap(({ found, hidden }) => [
        ...hidden,
        ...found.flatMap(({ fact, what, name, reading }) =>
            cephDemands
                .filter((demand) => demand.about === about && demand.name === name)
                .flatMap(({ isGood, wanted }) =>
                    judgeExpectation(fact, { what, reading, good: isGood, wanted }),
                ),
        ),
    ]);
}
