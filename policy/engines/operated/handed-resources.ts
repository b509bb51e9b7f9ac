/** Resources that workloads and ConfigMaps hand to operators, for the containers that these make. */
import { unknownStringValue } from "@pulumi/policy/proxy";
import {
    isResourceKey,
    mayTellOfResources,
    resourcesByArguments,
    resourcesInKey,
} from "../../../operators/handed-resources";
import type { Fact } from "../../kernel/facts";
import { read, readList, readString, readTree, type Reading } from "../../kernel/tree";
import { flagsOf } from "./flags";

/** A container that an operator makes, and what it is told to give it. */
export interface HandedPart {
    /** How messages call it, with the place that tells. */
    readonly who: string;
    readonly resources: Reading;
}

function inText(where: string, key: string, reading: Reading): HandedPart[] {
    if (reading.state === "unknown") {
        return isResourceKey(key)
            ? [{ who: `the containers of ${where} ${key}`, resources: reading }]
            : [];
    }
    const value = reading.state === "known" ? reading.value : undefined;
    return typeof value === "string" && mayTellOfResources(key, value)
        ? resourcesInKey(key, value).map(({ container, resources }) => ({
              who: `container ${container} of ${where} ${key}`,
              resources: { state: "known", value: resources },
          }))
        : [];
}

function inWorkload({ workload }: Fact): HandedPart[] {
    return (workload?.containers ?? []).flatMap(({ name, tree }) => {
        const given = flagsOf([...readList(tree, "command"), ...readList(tree, "args")]).flatMap(
            ({ name: argument, reading }) => {
                if (reading.state === "absent") {
                    return [];
                }
                const value = reading.state === "known" ? reading.value : unknownStringValue;
                return [{ name: argument, value }];
            },
        );
        return [
            ...resourcesByArguments(given).map(({ container, resources }): HandedPart => ({
                who: `container ${container} of the arguments of ${name}`,
                resources: { state: "known", value: resources },
            })),
            ...readList(tree, "env").flatMap((entry) =>
                inText("variable", readString(entry, "name") ?? "", read(entry, ["value"])),
            ),
        ];
    });
}

/** The containers that whoever reads the resource makes, as far as it says what they get. */
export function handedResources(fact: Fact): readonly HandedPart[] {
    return fact.workload === undefined
        ? Object.keys(readTree(fact.inputs, "data")).flatMap((key) =>
              inText("key", key, read(fact.inputs, ["data", key])),
          )
        : inWorkload(fact);
}
