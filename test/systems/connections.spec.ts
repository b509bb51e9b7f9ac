/** Every connection between pods has both its policies, which say the same from either end. */
import assert from "node:assert/strict";
import { type RecordedStack, stack } from "../fixtures/stack";

type Labels = Readonly<Record<string, string>>;

interface Peer {
    readonly namespaceSelector?: { readonly matchLabels?: Labels };
    readonly podSelector?: { readonly matchLabels: Labels };
    readonly ipBlock?: object;
}

interface PolicySpec {
    readonly podSelector: { readonly matchLabels?: Labels };
    readonly ingress?: readonly { readonly from: readonly Peer[]; readonly ports: unknown }[];
    readonly egress?: readonly { readonly to: readonly Peer[]; readonly ports: unknown }[];
}

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

/** The ends that the policies of one direction name; ends that are no pods are left out. */
function sides(recorded: RecordedStack, direction: "in" | "out"): Side[] {
    return recorded.ofKind("NetworkPolicy").flatMap(({ metadata, spec }) => {
        const { name = "", namespace = "" } = metadata;
        const [, connection] = new RegExp(`^allow-(.+)-${direction}$`).exec(name) ?? [];
        const { podSelector, ingress = [], egress = [] } = spec as PolicySpec;
        const rules =
            direction === "in"
                ? ingress.map(({ from, ports }) => ({ peers: from, ports }))
                : egress.map(({ to, ports }) => ({ peers: to, ports }));
        return rules.flatMap(({ peers, ports }) =>
            peers.flatMap((peer): Side[] => {
                if (peer.podSelector === undefined) {
                    return [];
                }
                const own = end(namespace, podSelector.matchLabels);
                const other = end(
                    peer.namespaceSelector?.matchLabels?.[NAMESPACE] ?? namespace,
                    peer.podSelector.matchLabels,
                );
                return [
                    {
                        name: connection ?? name,
                        client: direction === "in" ? other : own,
                        server: direction === "in" ? own : other,
                        ports: JSON.stringify(ports),
                    },
                ];
            }),
        );
    });
}

/** A policy that every namespace has; the DNS pods let everybody in. */
const isDns = ({ name }: Side) => name === "allow-dns";

for (const profile of ["prod", "dev"] as const) {
    describe(`connections in ${profile}`, () => {
        let recorded: RecordedStack;
        before(async () => {
            recorded = await stack(profile);
        });

        it("have an end that goes out and one that lets in, with the same pods and ports", () => {
            const show = (found: readonly Side[]) =>
                found.map((side) => JSON.stringify(side)).sort();
            const outgoing = show(sides(recorded, "out").filter((side) => !isDns(side)));
            assert.deepEqual(outgoing, show(sides(recorded, "in")));
            assert.ok(outgoing.length > 20);
        });

        it("end in namespaces that the stack has", () => {
            const namespaces = new Set(
                recorded.resources
                    .filter(({ type }) => /^kubernetes:core\/v1:Namespace(Patch)?$/.test(type))
                    .map(({ inputs }) => (inputs.metadata as { name: string }).name),
            );
            const lost = sides(recorded, "out")
                .flatMap(({ client, server }) => [client, server])
                .map((place) => place.split(" ")[0] ?? "")
                .filter((namespace) => !namespaces.has(namespace));
            assert.deepEqual(lost, []);
        });
    });
}
