import * as assert from "node:assert/strict";
import { flowsDocument } from "../../scripts/flows/document";
import { flowMapOf } from "../../scripts/flows/flow-map";
import { textOf } from "../../scripts/flows/ports";
import { type Inputs, object, type Resource, UNKNOWN } from "../policy/harness";
import { denyAll, namespace, peer, pods, policy, stackOf } from "./stack";

const tcp = (port: number) => [{ protocol: "TCP", port }];
const block = (cidr: string) => ({ ipBlock: { cidr } });
const egress = (to: Inputs[], port: number) => ({ egress: [{ to, ports: tcp(port) }] });
const ingress = (from: Inputs[], port: number) => ({ ingress: [{ from, ports: tcp(port) }] });

function mapOf(...resources: readonly Resource[]) {
    return flowMapOf("test", stackOf(...resources));
}

/** Flows without those of the cluster's own pods. */
function flows(...resources: readonly Resource[]): string[] {
    return mapOf(...resources)
        .flows.map(
            ({ from, to, port, reasons }) =>
                `${from.id} -> ${to.id} ${textOf(port)}: ${reasons.join() || "declared"}`,
        )
        .filter((text) => !text.includes("kube-system"));
}

const homes = [...namespace("web"), ...namespace("data", "data", "platform")];
const closed = [denyAll("web"), denyAll("data")];
const database = pods("data", "database", [5432]);
const both = [
    policy("web", "to-database", "site", egress([peer("data", "database")], 5432)),
    policy("data", "from-site", "database", ingress([peer("web", "site")], 5432)),
];

/** A site that is told of a Service, which makes the flow a needed one. */
function site(env: Inputs[] = []): Resource[] {
    const containers = [{ name: "main", image: "example/site:1.2.3", env }];
    return [
        pods("web", "site", [], { pod: { containers } }),
        object({
            apiVersion: "v1",
            kind: "Service",
            metadata: { name: "db", namespace: "data" },
            spec: { selector: { app: "database" }, ports: [{ port: 5432 }] },
        }),
    ];
}

describe("flows", () => {
    it("are needed when something says what for, and only declared otherwise", () => {
        const told = site([{ name: "DB_HOST", value: "db.data.svc:5432" }]);
        const reason = "Service db, which DB_HOST names";
        assert.deepEqual(flows(...homes, ...closed, database, ...site(), ...both), [
            "web/site -> data/database 5432: declared",
        ]);
        assert.deepEqual(flows(...homes, ...closed, database, ...told, ...both), [
            `web/site -> data/database 5432: ${reason}`,
        ]);
    });

    it("name the policies of both ends", () => {
        const { flows: found } = mapOf(...homes, ...closed, database, ...site(), ...both);
        assert.deepEqual(
            found.map(({ egress: out, ingress: into }) => [out, into]),
            [[["NetworkPolicy/web/to-database"], ["NetworkPolicy/data/from-site"]]],
        );
    });

    it("name the rule of a policy that holds several", () => {
        const named = both.map((resource, index) => {
            const { metadata } = resource.inputs as { metadata: object };
            const annotations = { "platform/flows": `sql-${index},unused` };
            return {
                ...resource,
                inputs: { ...resource.inputs, metadata: { ...metadata, annotations } },
            };
        });
        const { flows: found } = mapOf(...homes, ...closed, database, ...site(), ...named);
        assert.deepEqual(
            found.map(({ egress: out, ingress: into }) => [out, into]),
            [[["NetworkPolicy/web/to-database (sql-0)"], ["NetworkPolicy/data/from-site (sql-1)"]]],
        );
    });

    it("that are needed and not allowed are refused, or known only at the update", () => {
        const told = site([{ name: "DB_HOST", value: "db.data.svc:5432" }]);
        const refused = (...resources: readonly Resource[]) =>
            mapOf(...homes, ...closed, database, ...told, ...resources).refused.map(
                ({ from, to, port, isUnknown }) => [from.id, to.id, textOf(port), isUnknown],
            );
        assert.deepEqual(refused(), [["web/site", "data/database", "5432", false]]);
        const unknown = policy("data", "later", "database", { ingress: UNKNOWN });
        assert.deepEqual(
            refused(...both.slice(0, 1), {
                ...unknown,
                inputs: { ...unknown.inputs, spec: UNKNOWN },
            }),
            [["web/site", "data/database", "5432", true]],
        );
        assert.deepEqual(refused(...both), []);
    });

    it("between ends that no policy governs are listed when they are needed", () => {
        const told = site([{ name: "DB_HOST", value: "db.data.svc:5432" }]);
        const map = mapOf(...homes, database, ...told);
        assert.deepEqual(
            map.flows.map(({ from, to, egress: out, ingress: into }) => [
                from.id,
                to.id,
                out,
                into,
            ]),
            [["web/site", "data/database", [], []]],
        );
        assert.deepEqual(map.open, ["data/database", "kube-system/CoreDNS", "web/site"]);
    });

    it("to the virtual IP go to the API server", () => {
        const api = policy("web", "api", "site", egress([block("192.168.68.100/32")], 6443));
        assert.deepEqual(flows(...homes, ...closed, ...site(), api), [
            "web/site -> API server 6443: declared",
        ]);
    });

    it("to addresses are needed when a rule that holds them is", () => {
        const told = site([{ name: "TIME", value: "9.9.9.9:123" }]);
        const allow = (cidr: string) => policy("web", "time", "site", egress([block(cidr)], 123));
        const found = (cidr: string) => flows(...homes, ...closed, ...told, allow(cidr));
        assert.deepEqual(found("9.9.9.9/32"), ["web/site -> 9.9.9.9 123: TIME"]);
        assert.deepEqual(found("9.9.9.0/24"), ["web/site -> 9.9.9.0/24 123: TIME"]);
        assert.deepEqual(found("8.8.8.0/24"), ["web/site -> 8.8.8.0/24 123: declared"]);
    });
});

describe("ends of flows", () => {
    it("are pods with the same labels, under the shortest name of what makes them", () => {
        const job = pods("web", "site-8773531917", [], { app: "site" });
        const { namespaces } = mapOf(...homes, job, ...site(), pods("web", "other", []));
        const groups = namespaces.find(({ name }) => name === "web")?.groups ?? [];
        assert.deepEqual(
            groups.map(({ id, makers }) => [id, makers]),
            [
                ["web/other", ["Deployment/web/other"]],
                ["web/site", ["Deployment/web/site", "Deployment/web/site-8773531917"]],
            ],
        );
    });

    it("are nodes for pods on the network of their node", () => {
        const agent = pods("web", "agent", [], { pod: { hostNetwork: true } });
        const map = mapOf(...homes, agent);
        assert.deepEqual(
            map.namespaces.map(({ name }) => name),
            ["kube-system"],
        );
        assert.ok(map.onNodes.includes("web/agent"), map.onNodes.join());
    });

    it("know the layer and tier of their namespace, unless nobody declares it", () => {
        const { namespaces } = mapOf(...homes, database, pods("stray", "stray", []));
        assert.deepEqual(
            namespaces.map(({ name, layer, tier }) => [name, layer, tier]),
            [
                ["data", "data", "platform"],
                ["kube-system", undefined, undefined],
                ["stray", undefined, undefined],
            ],
        );
    });
});

describe("the JSON document of flows", () => {
    it("names ends by the ids of its groups, and places by their name", () => {
        const out = policy("web", "out", "site", egress([block("9.9.9.9/32")], 443));
        const document = flowsDocument(
            mapOf(...homes, ...closed, database, ...site(), ...both, out),
        );
        const ids = document.namespaces.flatMap(({ groups }) => groups.map(({ id }) => id));
        assert.deepEqual(
            document.flows.map(({ from, to, protocol, port, isNeeded }) => [
                ...[ids.includes(from), to, ids.includes(to)],
                ...[protocol, port, isNeeded],
            ]),
            [
                [true, "9.9.9.9", false, "TCP", 443, false],
                [true, "data/database", true, "TCP", 5432, false],
            ],
        );
    });
});
