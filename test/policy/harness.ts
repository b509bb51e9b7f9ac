/**
 * Runs criteria the way the engine does: through the SDK's own analyzer, with protobuf requests,
 * resource by resource and then the stack, whose outputs are empty as on a fresh stack.
 */
import * as assert from "node:assert/strict";
import { unknownStringValue } from "@pulumi/policy/proxy";
import { makeAnalyzeRpcFun, makeAnalyzeStackRpcFun } from "@pulumi/policy/server";
import * as proto from "@pulumi/pulumi/proto/analyzer_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { objectKey, typeToken } from "../../components/base/object";
import { criteria } from "../../policy/criteria";
import type { Criterion } from "../../policy/kernel/criterion";
import type { CriterionVerdict, ExceptionVerdict, Scorecard } from "../../policy/kernel/ledger";
import { toPolicies } from "../../policy/kernel/policies";

/** A value that only an update will know, as the engine sends it. */
export const UNKNOWN = unknownStringValue;

export type Inputs = Record<string, unknown>;

/** A resource as data. */
export interface Resource {
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    /** URN; the stack itself when undefined. */
    readonly parent?: string;
    readonly inputs: Inputs;
    readonly protect?: boolean;
    /** URNs. */
    readonly dependsOn?: readonly string[];
}

/** What may be said of a resource besides its inputs. */
export type ResourceOptions = Partial<Pick<Resource, "parent" | "protect" | "dependsOn">>;

const STACK_URN = "urn:pulumi:test::platform::pulumi:pulumi:Stack::platform-test";

function urnOf(type: string, name: string): string {
    return `urn:pulumi:test::platform::${type}::${name}`;
}

export function resource(
    type: string,
    name: string,
    inputs: Inputs = {},
    options: ResourceOptions = {},
): Resource {
    return { urn: urnOf(type, name), type, name, inputs, ...options };
}

/** The root of every stack. */
export const stackResource: Resource = resource("pulumi:pulumi:Stack", "platform-test");
/** The component that objects of tests belong to unless they say otherwise. */
export const system: Resource = resource("platform:test:System", "system");

/** A Kubernetes object; its `apiVersion` and `kind` give the type. */
export function object(
    manifest: Inputs & { apiVersion: string; kind: string; metadata?: Inputs },
    options: ResourceOptions & { patch?: boolean } = {},
): Resource {
    const { patch = false, ...rest } = options;
    const metadata = manifest.metadata ?? {};
    return resource(
        patch ? `${typeToken(manifest)}Patch` : typeToken(manifest),
        objectKey({ ...manifest, metadata }),
        { ...manifest, metadata },
        { parent: system.urn, ...rest },
    );
}

/** A pod template's container that every criterion is content with. */
export function container(changes: Inputs = {}): Inputs {
    return {
        name: "web",
        image: "ghcr.io/example/web:1.2.3",
        resources: {
            requests: { cpu: "100m", memory: "64Mi" },
            limits: { memory: "128Mi" },
        },
        readinessProbe: { httpGet: { path: "/ready", port: 8080 } },
        livenessProbe: { httpGet: { path: "/live", port: 8080 } },
        securityContext: {
            runAsNonRoot: true,
            readOnlyRootFilesystem: true,
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            seccompProfile: { type: "RuntimeDefault" },
        },
        ...changes,
    };
}

export const podLabels = { app: "web" };

/** A Deployment `apps/web` that every criterion on single objects is content with. */
export function deployment(
    changes: { spec?: Inputs; pod?: Inputs; container?: Inputs; name?: string } = {},
): Resource {
    return object({
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: changes.name ?? "web", namespace: "apps", labels: standardLabels },
        spec: {
            replicas: 2,
            selector: { matchLabels: podLabels },
            template: {
                metadata: { labels: podLabels },
                spec: {
                    automountServiceAccountToken: false,
                    priorityClassName: "platform-application",
                    containers: [container(changes.container)],
                    topologySpreadConstraints: [
                        {
                            maxSkew: 1,
                            topologyKey: "kubernetes.io/hostname",
                            whenUnsatisfiable: "DoNotSchedule",
                            labelSelector: { matchLabels: podLabels },
                        },
                    ],
                    ...changes.pod,
                },
            },
            ...changes.spec,
        },
    });
}

/** The five labels of CMP-04. */
export const standardLabels = Object.fromEntries(
    ["name", "instance", "component", "part-of", "managed-by"].map((label) => [
        `app.kubernetes.io/${label}`,
        "test",
    ]),
);

/** The root component that says what the settings are. */
export function platform(inputs: Inputs = {}): Resource {
    return resource("platform:base:Platform", "platform", {
        profile: "prod",
        source: "proxmox",
        controlPlanes: [1, 2, 3].map((number) => ({
            name: `control-${number}`,
            address: `192.168.68.10${number}`,
            host: `pve${number}`,
        })),
        virtualIp: "192.168.68.100",
        nodeNetwork: "192.168.68.0/24",
        criticalWorkloads: [],
        ...inputs,
    });
}

/** One reported violation. */
export interface Violation {
    readonly policy: string;
    readonly urn: string;
    readonly message: string;
    readonly level: "advisory" | "mandatory";
}

/** What the pack said about a stack. */
export class Result {
    constructor(
        readonly violations: readonly Violation[],
        readonly scorecard: Scorecard,
    ) {}

    verdict(id: string): CriterionVerdict {
        const verdict = this.scorecard.criteria.find((criterion) => criterion.id === id);
        assert.ok(verdict, `no criterion ${id}`);
        return verdict;
    }

    /** The reported violations of a criterion: `Kind/namespace/name: message.` */
    of(id: string): string[] {
        const { policy } = this.verdict(id);
        return this.violations
            .filter((violation) => violation.policy === policy)
            .map(({ message }) => message.slice(message.indexOf(`\n${id} `) + id.length + 2));
    }

    /** What a criterion could not judge, as `resource: message`. */
    notJudged(id: string): string[] {
        return this.verdict(id)
            .findings.filter(({ verdict }) => verdict === "not judged")
            .map(({ resource: key, message }) => `${key}: ${message}`);
    }

    exceptions(): readonly ExceptionVerdict[] {
        return this.scorecard.exceptions;
    }
}

function optionsOf({ parent, protect = false, type }: Resource): proto.AnalyzerResourceOptions {
    const options = new proto.AnalyzerResourceOptions();
    options.setParent(type === stackResource.type ? "" : (parent ?? STACK_URN));
    options.setProtect(protect);
    return options;
}

function toStruct(inputs: Inputs): Struct {
    // Through JSON, as undefined has no place in protobuf.
    return Struct.fromJavaScript(
        JSON.parse(JSON.stringify(inputs)) as Record<string, JavaScriptValue>,
    );
}

const requests = new WeakMap<Resource, proto.AnalyzeRequest>();

/** The request about a resource, made once however many stacks have it. */
function requestOf(resource: Resource): proto.AnalyzeRequest {
    const known = requests.get(resource);
    if (known !== undefined) {
        return known;
    }
    const request = new proto.AnalyzeRequest();
    request.setType(resource.type);
    request.setUrn(resource.urn);
    request.setName(resource.name);
    request.setProperties(toStruct(resource.inputs));
    request.setOptions(optionsOf(resource));
    requests.set(resource, request);
    return request;
}

async function call<Request>(
    analyze: (
        call: { request: Request },
        callback: (error: Error | undefined, response: proto.AnalyzeResponse | undefined) => void,
    ) => Promise<void>,
    request: Request,
): Promise<proto.AnalyzeDiagnostic[]> {
    let diagnostics: proto.AnalyzeDiagnostic[] = [];
    await analyze({ request }, (error, response) => {
        assert.ifError(error);
        diagnostics = response?.getDiagnosticsList() ?? [];
    });
    for (const diagnostic of diagnostics) {
        assert.doesNotMatch(diagnostic.getMessage(), /can't run policy/);
    }
    return diagnostics;
}

/** How to judge a stack. */
interface JudgeOptions {
    readonly today?: string;
    readonly judgedBy?: readonly Criterion[];
    /** The order in which resources reach the pack; default: that of the stack. */
    readonly arrival?: (resources: readonly Resource[]) => readonly Resource[];
}

/** Judges the resources of one stack with all criteria, or with the given ones. */
export async function judge(
    resources: readonly Resource[],
    options: JudgeOptions = {},
): Promise<Result> {
    const all = [stackResource, system, ...resources];
    let scorecard: Scorecard | undefined;
    const policies = toPolicies(options.judgedBy ?? criteria, {
        today: () => options.today ?? "2026-01-15",
        report: (card) => {
            scorecard = card;
        },
    });
    const analyze = makeAnalyzeRpcFun("readiness", "0.0.0", "mandatory", policies);
    const analyzeStack = makeAnalyzeStackRpcFun("readiness", "0.0.0", "mandatory", policies);
    const violations: Violation[] = [];
    const add = (diagnostics: readonly proto.AnalyzeDiagnostic[], urn: string) => {
        violations.push(
            ...diagnostics.map((diagnostic) => ({
                policy: diagnostic.getPolicyname(),
                urn: diagnostic.getUrn() || urn,
                message: diagnostic.getMessage(),
                level:
                    diagnostic.getEnforcementlevel() === proto.EnforcementLevel.MANDATORY
                        ? ("mandatory" as const)
                        : ("advisory" as const),
            })),
        );
    };
    for (const item of options.arrival?.(all) ?? all) {
        add(await call(analyze, requestOf(item)), item.urn);
    }
    const request = new proto.AnalyzeStackRequest();
    request.setResourcesList(
        all.map((item) => {
            const entry = new proto.AnalyzerResource();
            entry.setType(item.type);
            entry.setUrn(item.urn);
            entry.setName(item.name);
            entry.setProperties(new Struct());
            entry.setOptions(optionsOf(item));
            entry.setParent(item.parent ?? "");
            entry.setDependenciesList([...(item.dependsOn ?? [])]);
            return entry;
        }),
    );
    add(await call(analyzeStack, request), "");
    assert.ok(scorecard, "the scorecard was not written");
    return new Result(violations, scorecard);
}
