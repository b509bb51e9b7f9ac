/** When the kubelet gives a container up, and whether two probes ask the same. Pure. */
import { isDeepStrictEqual } from "node:util";
import { isTree, read, readList, readString, readTree, type Tree } from "../../kernel/tree";

/** Ways to ask a container. */
export const HANDLERS = ["exec", "httpGet", "tcpSocket", "grpc"] as const;

/** How long a probe waits; seconds. */
export interface Patience {
    /** Before it asks for the first time. */
    readonly delay: number;
    /** Failures after which it acts. */
    readonly failures: number;
    /** From the start of the container, as the documentation of Kubernetes reckons it. */
    readonly untilGivenUp: number;
    /** From the first failure of a container that was well. */
    readonly inARow: number;
}

/** kubernetes v1.35: pkg/apis/core/v1/defaults.go, SetDefaults_Probe. */
const DEFAULTS = { initialDelaySeconds: 0, periodSeconds: 10, failureThreshold: 3 } as const;

/** The times of a probe; undefined where only the update knows them. Zero means the default. */
export function patienceOf(probe: unknown): Patience | undefined {
    const of = (field: keyof typeof DEFAULTS): number => {
        const reading = read(probe, [field]);
        const value = reading.state === "known" ? Number(reading.value) : 0;
        return reading.state === "unknown" ? Number.NaN : value || DEFAULTS[field];
    };
    const [delay, period, failures] = [
        of("initialDelaySeconds"),
        of("periodSeconds"),
        of("failureThreshold"),
    ];
    const inARow = period * failures;
    return Number.isNaN(delay + inARow)
        ? undefined
        : { delay, failures, untilGivenUp: delay + inARow, inARow };
}

/** The port of a container that a probe asks: its number where a name says which. */
function portOf(container: Tree, port: unknown): unknown {
    const named = readList(container, "ports").find((item) => readString(item, "name") === port);
    return isTree(named) ? named.containerPort : port;
}

/** What a probe asks, with the defaults of the API. */
function questionOf(container: Tree, probe: string): Tree {
    const tree = readTree(container, probe);
    const http = isTree(tree.httpGet) ? tree.httpGet : undefined;
    const headers = readList(http, "httpHeaders").map((header) => JSON.stringify(header));
    const { exec, tcpSocket, grpc } = tree;
    return {
        exec: isTree(exec) ? exec.command : undefined,
        grpc: isTree(grpc) ? [grpc.port, grpc.service ?? ""] : undefined,
        tcp: isTree(tcpSocket)
            ? [portOf(container, tcpSocket.port), tcpSocket.host ?? ""]
            : undefined,
        http: http && [
            portOf(container, http.port),
            http.path ?? "/",
            http.host ?? "",
            readString(http, "scheme") ?? "HTTP",
            headers.sort(),
        ],
    };
}

/** Whether liveness and readiness of a container depend on the same answer. */
export function asksTheSame(container: Tree): boolean {
    return isDeepStrictEqual(
        questionOf(container, "livenessProbe"),
        questionOf(container, "readinessProbe"),
    );
}
