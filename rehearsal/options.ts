/** The command line of the rehearsal. */
import * as path from "node:path";
import { parseArguments } from "../preview/arguments";
import { UsageError } from "../preview/stack-file";

export const REHEARSE_USAGE = `Usage: npm run rehearse -- [--stack NAME] [--lose WHAT]... [--drain] [--again] [--agree COUNT] [--full]

Sends the stack to a real Kubernetes control plane with simulated nodes, on this machine.

  --stack NAME        stack to rehearse, Pulumi.NAME.yaml (default: prod)
  --lose WHAT         take nodes away without warning: each-worker, each-control-plane, each-host,
                      each-zone, or the name of a node; may be repeated
  --real-time         wait as long as the stack's nodes would (6 minutes for each loss)
  --drain             empty every node as an upgrade does, also with another one down
  --again             apply a second time, which must change nothing
  --change KEY=VALUE  apply once more with one setting changed, such as systems.n8n.workers=3
  --agree COUNT       let the N+1 proof and the scheduler judge COUNT generated stacks
  --seed NUMBER       of the first generated stack (default: 1)
  --full              all of it
  --crds FOLDER       CRDs for what the stack's charts do not bring
  --picture FILE      where the picture of the losses goes (default: output/loss-<stack>.svg)
  --port PORT         of the API server (default: a free one)
  --kubeconfig FILE   a throw-away cluster (kind, k3d, minikube) instead of one of its own;
                      default: the environment variable KUBECONFIG
  --confirm CONTEXT   the context of the kubeconfig, when it is none of these
  --prepare           only build the control plane, which the first rehearsal does else
  --json              one JSON document on stdout instead of the report

Ends with 0 when everything was taken, placed and kept up, 1 when not, 2 on a mistake.`;

/** What a person asked for. */
export interface Options {
    readonly stack: string;
    readonly lose: readonly string[];
    readonly realTime: boolean;
    readonly drain: boolean;
    readonly again: boolean;
    /** Changed settings, `key` to JSON text. */
    readonly change: Readonly<Record<string, string>>;
    /** Generated stacks for the agreement; 0 for none. */
    readonly agree: number;
    /** Of the first generated stack. */
    readonly seed: number;
    readonly crds: string | undefined;
    readonly picture: string | undefined;
    readonly port: number | undefined;
    readonly kubeconfig: string | undefined;
    readonly confirm: string | undefined;
    readonly prepare: boolean;
    readonly json: boolean;
}

const FULL_LOSSES = ["each-worker", "each-control-plane", "each-host"];
const FULL_AGREEMENT = 300;
const FULL_CHANGE = "systems.n8n.workers=3";

function wholeNumber(name: string, text: string | undefined, most: number): number | undefined {
    if (text === undefined) {
        return undefined;
    }
    const number = Number(text);
    if (!Number.isInteger(number) || number < 1 || number > most) {
        throw new UsageError(`--${name} is ${text}; give a whole number from 1 to ${most}.`);
    }
    return number;
}

function changeOf(texts: readonly string[]): Record<string, string> {
    return Object.fromEntries(
        texts.map((text) => {
            const at = text.indexOf("=");
            if (at < 1) {
                throw new UsageError(
                    `--change is ${text}; give a setting and its value, such as systems.n8n.workers=3.`,
                );
            }
            return [text.slice(0, at), text.slice(at + 1)];
        }),
    );
}

/**
 * Reads the arguments.
 *
 * @param environment `KUBECONFIG` counts when `--kubeconfig` is absent
 * @throws UsageError for a mistake
 */
export function parseOptions(
    args: readonly string[],
    environment: Readonly<Record<string, string | undefined>>,
): Options {
    const parsed = parseArguments(
        args,
        {
            stack: { type: "string", short: "s", default: "prod" },
            lose: { type: "string", multiple: true, default: [] },
            "real-time": { type: "boolean", default: false },
            drain: { type: "boolean", default: false },
            again: { type: "boolean", default: false },
            change: { type: "string", multiple: true, default: [] },
            agree: { type: "string" },
            seed: { type: "string" },
            full: { type: "boolean", default: false },
            crds: { type: "string" },
            picture: { type: "string" },
            port: { type: "string" },
            kubeconfig: { type: "string" },
            confirm: { type: "string" },
            prepare: { type: "boolean", default: false },
            json: { type: "boolean", short: "j", default: false },
        },
        REHEARSE_USAGE,
    );
    const { full } = parsed;
    const fromEnvironment = environment.KUBECONFIG === "" ? undefined : environment.KUBECONFIG;
    const kubeconfig = parsed.kubeconfig ?? fromEnvironment;
    const agree = wholeNumber("agree", parsed.agree, 100_000) ?? (full ? FULL_AGREEMENT : 0);
    if (agree > 0 && kubeconfig !== undefined) {
        throw new UsageError(
            "--agree removes every node and pod, so it needs a control plane of its own: leave --full and --agree out, or unset KUBECONFIG.",
        );
    }
    return {
        stack: parsed.stack,
        lose: full && parsed.lose.length === 0 ? FULL_LOSSES : parsed.lose,
        realTime: parsed["real-time"],
        drain: parsed.drain || full,
        again: parsed.again || full,
        change: changeOf(full && parsed.change.length === 0 ? [FULL_CHANGE] : parsed.change),
        agree,
        seed: wholeNumber("seed", parsed.seed, 2 ** 31) ?? 1,
        crds: parsed.crds === undefined ? undefined : path.resolve(parsed.crds),
        picture: parsed.picture,
        port: wholeNumber("port", parsed.port, 65_535),
        kubeconfig,
        confirm: parsed.confirm,
        prepare: parsed.prepare,
        json: parsed.json,
    };
}
