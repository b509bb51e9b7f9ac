/** What watches programs while they run: its rules, tried on events, and its pods. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as yaml from "js-yaml";
import { z } from "zod";
import { findExecutable } from "../../../components/base/helm";
import {
    falcoLists,
    falcoMacros,
    type FalcoRule,
    falcoRules,
    falcoRulesFile,
    falcoTag,
} from "../../../components/observability/falco-rules";
import { falcosidekickValues } from "../../../components/observability/falco-values";
import { needsCharts, type RecordedStack, stack } from "../../fixtures/stack";
import { declaredFlows, flowTexts } from "../flows";
import { workloads } from "../workloads";
import { type FalcoEvent, readCondition } from "./falco-conditions";

const vocabulary = { macros: falcoMacros, lists: falcoLists };

/** Fields of libsinsp and of the plugin for containers, 0.4.0 and later. */
const FIELDS = new Set([
    ...["container.id", "container.image.repository", "evt.is_open_read", "evt.is_open_write"],
    ...["evt.type", "fd.name", "fd.num", "fd.typechar", "k8s.ns.name", "k8s.pod.name"],
    ...["proc.cmdline", "proc.name", "proc.pname", "proc.tty", "user.name"],
]);

function isExcepted({ exceptions }: FalcoRule, event: FalcoEvent): boolean {
    return exceptions.some(({ fields, comps, values }) =>
        values.some((row) =>
            fields.every((field, index) =>
                readCondition(
                    `${field} ${comps[index] ?? ""} ${JSON.stringify(row[index])}`,
                    vocabulary,
                ).holds(event),
            ),
        ),
    );
}

/** Names of the rules that an event fires. */
function fired(event: FalcoEvent): string[] {
    return falcoRules
        .filter(
            (rule) =>
                readCondition(rule.condition, vocabulary).holds(event) && !isExcepted(rule, event),
        )
        .map(({ rule }) => rule);
}

const inPod = { "container.id": "3f2a", "k8s.ns.name": "n8n", "k8s.pod.name": "n8n-1" };

function started(name: string, more: FalcoEvent = {}): FalcoEvent {
    return { "evt.type": "execve", "proc.name": name, "proc.tty": 0, ...inPod, ...more };
}

function opened(file: string, how: "read" | "write", more: FalcoEvent = {}): FalcoEvent {
    return {
        "evt.type": "openat",
        "evt.is_open_read": how === "read",
        "evt.is_open_write": how === "write",
        "fd.typechar": "f",
        "fd.num": 3,
        "fd.name": file,
        "proc.name": "node",
        ...inPod,
        ...more,
    };
}

describe("the rules of Falco", () => {
    const TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token";

    it("notice what they are about", () => {
        const events: readonly (readonly [FalcoEvent, string])[] = [
            [started("sh", { "proc.tty": 34816 }), "Shell in a pod"],
            [started("bash", { "evt.type": "execveat", "proc.tty": 1 }), "Shell in a pod"],
            [started("apk"), "Package manager in a pod"],
            [started("npm", { "k8s.ns.name": "grafana" }), "Package manager in a pod"],
            [opened(TOKEN, "read", { "proc.name": "cat" }), "Secret read by a stranger"],
            [
                opened("/run/secrets/db", "read", { "proc.name": "tar" }),
                "Secret read by a stranger",
            ],
            [opened("/etc/passwd", "write"), "Write below etc in a pod"],
            [opened("/etc/ceph/ceph.conf", "write"), "Write below etc in a pod"],
            [started("nmap"), "Network tool in a pod"],
            [started("nsenter"), "Way out of a pod"],
            [
                opened("/var/lib/kubelet/pki/kubelet-client-current.pem", "read"),
                "Credentials of the node read in a pod",
            ],
            [
                opened("/host/etc/kubernetes/pki/ca.crt", "read", { "k8s.ns.name": "kube-bench" }),
                "Credentials of the node read in a pod",
            ],
        ];
        for (const [event, rule] of events) {
            assert.deepEqual(fired(event), [rule], JSON.stringify(event));
        }
    });

    it("leave alone what pods do while they work", () => {
        const events: readonly FalcoEvent[] = [
            // A probe, and a script of an image.
            started("sh"),
            started("bash", { "proc.pname": "containerd-shim" }),
            started("node"),
            started("npm"),
            // The program for whom the token is.
            opened(TOKEN, "read"),
            opened(TOKEN, "read", { "proc.name": "manager" }),
            opened("/var/run/secretsfile", "read", { "proc.name": "cat" }),
            opened("/etc/hosts", "read", { "proc.name": "cat" }),
            opened("/tmp/etc/x", "write"),
            opened("/etc/ceph/ceph.conf", "write", { "k8s.ns.name": "rook-ceph" }),
            started("nsenter", { "k8s.ns.name": "rook-ceph" }),
            opened("/etc/kubernetes/kubelet.yaml", "read", { "k8s.ns.name": "kube-bench" }),
            opened("/system/secrets/kubernetes/kube-apiserver/ca.crt", "read", {
                "k8s.ns.name": "kube-system",
            }),
            opened("/etc/kubernetes-other", "read"),
            opened("/etc/passwd", "write", { "fd.num": -1 }),
        ];
        for (const event of events) {
            assert.deepEqual(fired(event), [], JSON.stringify(event));
        }
    });

    it("leave the node itself and the services of Talos alone", () => {
        for (const container of ["host", "etcd"]) {
            const shell: FalcoEvent = {
                "evt.type": "execve",
                "proc.name": "sh",
                "proc.tty": 1,
                "container.id": container,
            };
            assert.deepEqual(fired(shell), [], container);
        }
    });

    it("are in the format that the engine takes, each list and macro before its use", () => {
        const exception = z.strictObject({
            name: z.string().regex(/^\w+$/),
            fields: z.array(z.string()).min(1),
            comps: z.array(z.enum(["=", "startswith", "in", "pmatch"])).min(1),
            values: z.array(z.array(z.string())).min(1),
        });
        // userspace/engine/rule_json_schema.h of falco 0.44.1, with what it leaves to the engine.
        const document = z.union([
            z.strictObject({ list: z.string(), items: z.array(z.string()).min(1) }),
            z.strictObject({ macro: z.string(), condition: z.string() }),
            z.strictObject({
                rule: z.string(),
                desc: z.string().min(20),
                condition: z.string(),
                output: z.string(),
                priority: z.enum(["WARNING", "CRITICAL"]),
                tags: z.array(z.string()),
                exceptions: z.array(exception).min(1).optional(),
            }),
        ]);
        const documents = z.array(document).parse(yaml.load(falcoRulesFile()));
        const macros: Record<string, string> = {};
        const lists: Record<string, string[]> = {};
        for (const each of documents) {
            if ("list" in each) {
                lists[each.list] = each.items;
                continue;
            }
            const { fields } = readCondition(each.condition, { macros, lists });
            assert.deepEqual(
                [...fields].filter((field) => !FIELDS.has(field)),
                [],
            );
            if ("macro" in each) {
                macros[each.macro] = each.condition;
            }
        }
        const names = documents.flatMap((each) => ("rule" in each ? [each.rule] : []));
        assert.equal(new Set(names).size, falcoRules.length);
        const listed = documents.flatMap((each) => ("rule" in each ? each.tags : []));
        assert.ok(listed.every((tag) => tag === falcoTag));
    });

    it("say in their output what happened, in fields that there are", () => {
        for (const { rule, output, condition } of falcoRules) {
            const named = [...output.matchAll(/%([\w.]+)/g)].map(([, field = ""]) => field);
            assert.deepEqual(
                named.filter((field) => !FIELDS.has(field)),
                [],
                rule,
            );
            assert.ok(output.startsWith(`${rule} | `), rule);
            // Without a type of event the engine looks at every one.
            assert.match(condition, /^platform_(started|read|written) and platform_pod and /, rule);
        }
    });

    it("have exceptions of one comparison for each field, with a reason", () => {
        for (const { rule, exceptions } of falcoRules) {
            for (const { name, fields, comps, values, reason } of exceptions) {
                const where = `${rule}: ${name}`;
                assert.equal(comps.length, fields.length, where);
                assert.ok(
                    values.every((row) => row.length === fields.length),
                    where,
                );
                assert.ok(
                    fields.every((field) => FIELDS.has(field)),
                    where,
                );
                assert.ok(reason.length > 30, where);
                assert.ok(fields.includes("k8s.ns.name"), `${where} is for every namespace`);
            }
        }
    });

    it("cannot be read where they are wrong", () => {
        for (const condition of [
            "",
            "proc.name in (sh",
            "proc.name in sh, bash",
            "proc.name is sh",
            "platform_unknown and proc.tty != 0",
            "proc.tty >= many",
            "and proc.tty != 0",
            "proc.name = sh proc.tty = 0",
            "(proc.name = sh",
            'proc.name = "sh',
        ]) {
            assert.throws(() => readCondition(condition, vocabulary), Error, condition);
        }
    });
});

interface Variable {
    readonly name: string;
    readonly value: string;
}

/** What Falco sends. */
const EVENT = {
    output: "Shell in a pod | command=sh",
    priority: "Warning",
    rule: "Shell in a pod",
    source: "syscall",
    time: "2026-11-27T06:00:00Z",
    hostname: "worker-1",
    tags: [falcoTag],
    output_fields: { "k8s.ns.name": "n8n", "k8s.pod.name": "n8n-1" },
};

/** falcosidekick itself, with the variables of the chart and one event. */
async function messageOf(program: string): Promise<string> {
    let message: string | undefined;
    const server = http.createServer((request, response) => {
        let body = "";
        request.on("data", (chunk: Buffer) => (body += chunk.toString()));
        request.on("end", () => {
            response.end();
            message = `${request.url ?? ""} ${body}`;
        });
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const { port } = server.address() as AddressInfo;
    const { config } = falcosidekickValues(2, {
        forwarder: "",
        alertmanagers: [`http://127.0.0.1:${port}`],
        logs: undefined,
        runbook: "https://example.com/docs/runbooks/runtime-event.md",
    }) as unknown as { config: { extraEnv: Variable[] } };
    const LISTENPORT = String(20_000 + (process.pid % 20_000));
    const running = spawn(program, [], {
        env: {
            ...Object.fromEntries(config.extraEnv.map(({ name, value }) => [name, value])),
            LISTENPORT,
        },
        stdio: "ignore",
    });
    try {
        let isTaken = false;
        for (let attempt = 0; attempt < 100 && message === undefined; attempt += 1) {
            await new Promise((later) => setTimeout(later, 200));
            if (!isTaken) {
                const answer = await fetch(`http://127.0.0.1:${LISTENPORT}/`, {
                    method: "POST",
                    headers: { "content-type": "application/json" },
                    body: JSON.stringify(EVENT),
                }).catch(() => undefined);
                isTaken = answer?.ok === true;
            }
        }
        if (message !== undefined) {
            return message;
        }
        throw new Error("falcosidekick does not answer");
    } finally {
        running.kill();
        server.close();
    }
}

describe("Falco", () => {
    let recorded: RecordedStack;
    before(async () => {
        recorded = (await stack("prod")).component("falco");
    });

    it("watches every node with the least rights, and no folder that it does not need", function () {
        needsCharts(this, recorded);
        const agent = workloads(recorded).find(({ key }) => key === "DaemonSet/falco/falco");
        const { volumes = [], containers, initContainers } = agent?.template.spec ?? {};
        const paths = volumes.flatMap((volume) => {
            const { hostPath } = volume as { hostPath?: { path: string } };
            return hostPath === undefined ? [] : [hostPath.path];
        });
        assert.deepEqual(paths.sort(), [
            "/etc",
            "/proc",
            "/run/containerd/containerd.sock",
            "/sys/kernel",
        ]);
        assert.deepEqual(
            containers?.map(({ name }) => name),
            ["falco"],
        );
        assert.deepEqual(initContainers, []);
        const [sensor] = containers;
        assert.deepEqual(sensor?.securityContext, {
            runAsUser: 0,
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"], add: ["BPF", "PERFMON", "SYS_PTRACE", "SYS_RESOURCE"] },
        });
    });

    it("loads nothing when it starts: rules of the image, and ours", function () {
        needsCharts(this, recorded);
        assert.doesNotMatch(JSON.stringify(recorded.objects), /falcoctl/);
        const { data } = recorded.object("ConfigMap/falco/falco") as unknown as {
            data: Record<string, string>;
        };
        const settings = yaml.load(data["falco.yaml"] ?? "") as Record<string, unknown>;
        assert.deepEqual(settings.rules_files, [
            "/etc/falco/falco_rules.yaml",
            "/etc/falco/rules.d",
        ]);
        assert.deepEqual(settings.load_plugins, ["container"]);
        const rules = recorded.object(
            "ConfigMap/falco/falco-rules",
        ) as unknown as typeof recorded & {
            data: Record<string, string>;
        };
        assert.deepEqual(yaml.load(rules.data["platform.yaml"] ?? ""), yaml.load(falcoRulesFile()));
    });

    it("hands events to every member of Alertmanager, without a Secret or rights; Vector brings its log", function () {
        needsCharts(this, recorded);
        const forwarder = JSON.stringify(recorded.object("Deployment/falco/falcosidekick"));
        const members = [0, 1, 2].map(
            (index) =>
                `http://alertmanager-kube-prometheus-stack-${index}.alertmanager-operated.monitoring.svc:9093`,
        );
        assert.ok(forwarder.includes(`"ALERTMANAGER_HOSTPORT","value":"${members.join(",")}"`));
        assert.doesNotMatch(forwarder, /LOKI_HOSTPORT/);
        for (const kind of ["Secret", "Role", "RoleBinding", "ClusterRole"]) {
            assert.deepEqual(recorded.ofKind(kind), [], kind);
        }
    });

    it("is reached by Prometheus alone, and reaches Alertmanager alone", () => {
        assert.deepEqual(
            flowTexts(declaredFlows(recorded)).filter((text) => !text.includes(" dns ")),
            [
                "falco falco-alertmanager out",
                "falco falco-events in",
                "falco falco-events out",
                "falco falco-metrics in",
                "falco falcosidekick-metrics in",
            ],
        );
    });

    it("becomes an alert with its place, its severity and what to do", async function () {
        const program = findExecutable("falcosidekick", (process.env.PATH ?? "").split(":"));
        if (program === undefined) {
            console.log("      (falcosidekick is not on the PATH: 1 message skipped)");
            this.skip();
        }
        this.timeout(30_000);
        const [address = "", ...body] = (await messageOf(program)).split(" ");
        assert.equal(address, "/api/v2/alerts");
        assert.deepEqual(JSON.parse(body.join(" ")), [
            {
                labels: {
                    alertname: "FalcoEvent",
                    eventsource: "syscall",
                    hostname: "worker-1",
                    k8s_ns_name: "n8n",
                    k8s_pod_name: "n8n-1",
                    priority: "Warning",
                    rule: "Shell in a pod",
                    severity: "warning",
                    source: "falco",
                    tags: falcoTag,
                },
                annotations: {
                    description: "Shell in a pod | command=sh",
                    info: "Shell in a pod | command=sh",
                    runbook_url: "https://example.com/docs/runbooks/runtime-event.md",
                    summary: "Shell in a pod",
                },
                endsAt: "2026-11-27T07:00:00Z",
            },
        ]);
    });
});
