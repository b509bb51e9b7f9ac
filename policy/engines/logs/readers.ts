/** Everything in the stack that reads logs. */
import type { Facts } from "../../kernel/facts";
import { memoize } from "../../kernel/memoize";
import { readList, readString } from "../../kernel/tree";
import { parseImage } from "../../kubernetes/images";
import type { WorkloadFact } from "../../kubernetes/scaling";
import { alloySources } from "./alloy";
import type { LogSource } from "./sources";
import { vectorSources } from "./vector";

const PODS = "/var/log/pods";
/** Programs whose configuration is read. */
const READ = ["alloy", "vector"];

function runs({ workload }: WorkloadFact, names: readonly string[]): boolean {
    return workload.containers.some(({ tree }) =>
        names.includes(
            parseImage(readString(tree, "image") ?? "")
                .repository.split("/")
                .at(-1) ?? "",
        ),
    );
}

/** Whether pods see the logs of their node for their own sake: what mounts `/` looks at the node. */
function mountsLogs(fact: WorkloadFact): boolean {
    return readList(fact.workload.podSpec, "volumes").some((volume) => {
        const folder = readString(volume, "hostPath", "path")?.replace(/\/+$/, "") ?? "";
        return folder !== "" && `${PODS}/`.startsWith(`${folder}/`);
    });
}

/** Collectors whose language nobody here reads: they may read everything. */
function strangers(facts: Facts): LogSource[] {
    return facts
        .workloads()
        .filter((fact) => fact.workload.perNode && mountsLogs(fact) && !runs(fact, READ))
        .map((fact) => ({
            fact,
            name: "its configuration",
            by: "files",
            of: "containers",
            reads: () => "unknown",
            arrives: "unknown",
            lost: "",
            complete: false,
        }));
}

/** Everything that reads logs, whatever its language. */
export const logSources = memoize((facts): readonly LogSource[] => [
    ...vectorSources(facts),
    ...alloySources(facts),
    ...strangers(facts),
]);
