/** Every connection between pods is a flow at both ends, and both say the same. */
import assert from "node:assert/strict";
import { askDns } from "../../components/base/flows";
import { sampleTenants } from "../fixtures/every-system";
import { needsCharts, type RecordedStack } from "../fixtures/stack";
import { declaredFlows } from "./flows";
import { matches, podsOf } from "./pods";
import { judgedStacks } from "./variants";

type Labels = Readonly<Record<string, string>>;

/** A connection as one of its policies has it. */
interface Side {
    readonly name: string;
    readonly client: string;
    readonly server: string;
    readonly ports: string;
}

const NAMESPACE = "kubernetes.io/metadata.name";

function end(namespace: string, pods: Labels = {}): string {
    return `${namespace} ${JSON.stringify(Object.entries(pods).sort())}`;
}

function endOf(text: string): { namespace: string; selector: Labels } {
    const space = text.indexOf(" ");
    const entries = JSON.parse(text.slice(space + 1)) as [string, string][];
    return { namespace: text.slice(0, space), selector: Object.fromEntries(entries) };
}

/** The ends that the flows of one direction name; ends that are no pods are left out. */
function sides(recorded: RecordedStack, direction: "in" | "out"): Side[] {
    return declaredFlows(recorded)
        .filter((flow) => flow.direction === direction)
        .flatMap(({ name, namespace, pods, peers, ports }) =>
            peers.flatMap((peer): Side[] => {
                if (peer.podSelector === undefined) {
                    return [];
                }
                const own = end(namespace, pods);
                const other = end(
                    peer.namespaceSelector?.matchLabels?.[NAMESPACE] ?? namespace,
                    peer.podSelector.matchLabels,
                );
                return [
                    {
                        name,
                        client: direction === "in" ? other : own,
                        server: direction === "in" ? own : other,
                        ports: JSON.stringify(ports),
                    },
                ];
            }),
        );
}

/** Pods that are in no manifest of the stack, each with who brings them. */
const elsewhere: Readonly<Record<string, string>> = {
    [end("kube-system", { "k8s-app": "kube-dns" })]: "CoreDNS comes with Talos",
    [end("restore-scratch", { "cnpg.io/cluster": "restored" })]:
        "a restore test makes the copy of a database, and deletes it",
};

/** Namespaces whose pods a tenant's team brings by itself. */
const ofTeams = sampleTenants.map(({ name }) => `tenant-${name}`);

/** Connections as who opens them has them. DNS, which every namespace may ask, lets all in. */
function outgoing(recorded: RecordedStack): Side[] {
    return sides(recorded, "out").filter(({ name }) => name !== askDns.name);
}

for (const [title, make] of Object.entries(judgedStacks)) {
    describe(`connections in ${title}`, () => {
        let recorded: RecordedStack;
        before(async () => {
            recorded = await make();
        });

        it("have an end that goes out and one that lets in, with the same pods and ports", () => {
            const show = (found: readonly Side[]) =>
                found.map((side) => JSON.stringify(side)).sort();
            const opened = show(outgoing(recorded));
            assert.deepEqual(opened, show(sides(recorded, "in")));
            assert.ok(opened.length > 20);
        });

        it("end at pods that the stack has", function () {
            needsCharts(this, recorded);
            const pods = podsOf(recorded);
            const isThere = (place: string) => {
                const { namespace, selector } = endOf(place);
                return pods.some(
                    (some) => some.namespace === namespace && matches(selector, some.labels),
                );
            };
            const lost = outgoing(recorded)
                .flatMap(({ client, server }) => [client, server])
                .filter((place) => !isThere(place) && !(place in elsewhere))
                .filter((place) => !ofTeams.includes(endOf(place).namespace));
            assert.deepEqual(lost, []);
            assert.deepEqual(Object.keys(elsewhere).filter(isThere), []);
        });

        it("end in namespaces that the stack has", () => {
            const namespaces = new Set(
                recorded.resources
                    .filter(({ type }) => /^kubernetes:core\/v1:Namespace(Patch)?$/.test(type))
                    .map(({ inputs }) => (inputs.metadata as { name: string }).name),
            );
            const lost = outgoing(recorded)
                .flatMap(({ client, server }) => [client, server])
                .map((place) => endOf(place).namespace)
                .filter((namespace) => !namespaces.has(namespace));
            assert.deepEqual(lost, []);
        });
    });
}
