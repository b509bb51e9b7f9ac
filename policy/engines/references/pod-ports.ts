/** Ports that probes and lifecycle hooks ask are ports of their own container. */
import { nearest } from "../../../components/nearest";
import { type Finding, notJudged, violated } from "../../kernel/criterion";
import type { ObjectOf } from "../../kernel/facts";
import { isUnknown, read, type Reading } from "../../kernel/tree";
import type { Container } from "../../kubernetes/workloads";
import { namesIn, repeated } from "./pod-volumes";

const PROBES = ["startupProbe", "readinessProbe", "livenessProbe"];
const HOOKS = ["postStart", "preStop"];
/** Handlers that may name a port; what gRPC asks is a number (core/v1 GRPCAction). */
const BY_NAME = ["httpGet", "tcpSocket"];
const MOST = 65_535;

/** Where a port stands, and whether its handler may name one. */
interface AskedPort {
    readonly where: string;
    readonly port: Reading;
    readonly named: boolean;
}

/** Each port that the kubelet asks of a container. */
function asked({ tree }: Container): AskedPort[] {
    const places = [...PROBES.map((probe) => [probe]), ...HOOKS.map((hook) => ["lifecycle", hook])];
    return places.flatMap((place) =>
        [...BY_NAME, "grpc"].flatMap((handler): AskedPort[] => {
            const reading = read(tree, [...place, handler]);
            return reading.state === "known"
                ? [
                      {
                          where: [...place, handler].join("."),
                          port: read(reading.value, ["port"]),
                          named: BY_NAME.includes(handler),
                      },
                  ]
                : [];
        }),
    );
}

function judgePort(
    fact: ObjectOf,
    { name, tree }: Container,
    { where, port, named }: AskedPort,
): Finding[] {
    const who = `${where} of container ${name}`;
    const { known, open } = namesIn(tree, "ports");
    if (port.state === "unknown") {
        return [notJudged(fact, `the port of ${who} is known only at the update`)];
    }
    if (port.state === "absent") {
        return [violated(fact, `${who} names no port; name one of its container`)];
    }
    const { value } = port;
    if (typeof value === "number") {
        return Number.isInteger(value) && value >= 1 && value <= MOST
            ? []
            : [violated(fact, `${who} asks port ${value}; a port is 1 to ${MOST}`)];
    }
    const text = String(value);
    if (!named) {
        return [violated(fact, `${who} asks port ${JSON.stringify(text)}; gRPC takes a number`)];
    }
    if (known.includes(text)) {
        return [];
    }
    if (open) {
        return [
            notJudged(
                fact,
                `whether its container has port ${text} of ${who} is known only at the update`,
            ),
        ];
    }
    const near = nearest(text, known);
    const hint = /^\d+$/.test(text)
        ? "write it as a number, without quotes"
        : near === undefined
          ? `the container names ${known.join(", ") || "no port"}`
          : `perhaps ${near} is meant`;
    return [violated(fact, `${who} asks port ${text}, which the container does not name; ${hint}`)];
}

/** Named ports of a container, each once, and what asks for them. */
export function judgeAskedPorts(fact: ObjectOf, container: Container): Finding[] {
    const { name, tree } = container;
    const { known } = namesIn(tree, "ports");
    const hidden = [...PROBES, "lifecycle"].filter((field) => isUnknown(tree[field]));
    return [
        ...hidden.map((field) =>
            notJudged(fact, `${field} of container ${name} is known only at the update`),
        ),
        ...asked(container).flatMap((port) => judgePort(fact, container, port)),
        ...repeated(known).map((port) =>
            violated(fact, `two ports of container ${name} are called ${port}; rename one`),
        ),
    ];
}
