/** Secrets that programs make by themselves, as their arguments and roles say. */
import { isTree, readList, readString } from "../../kernel/tree";
import type { Access } from "./access";
import { TLS_KEYS } from "../../../operators/cert-manager";
import { type Made, secret } from "./made";
import type { LabelledPods } from "./pods";

/** `--dynamic-serving-ca-secret-name=x`, `--tlsSecretName=x` ... */
const ARGUMENT = /^--[\w-]*secret-?name=([a-z0-9.-]+)$/i;
/** Cilium's certgen, whose list of certificates is a document in a variable. */
const CERTGEN = /- name: "?([a-z0-9.-]+)"?\n\s+namespace: "?([a-z0-9-]+)"?/g;

/** The ServiceAccount under which pods run, `namespace/name`. */
export function accountOf({ namespace, podSpec }: LabelledPods): string {
    return `${namespace}/${readString(podSpec, "serviceAccountName") ?? "default"}`;
}

/**
 * A Secret that an argument names belongs to the program itself if its ServiceAccount may create
 * Secrets there: webhooks that make their own certificates, generators of certificates.
 */
export function madeByPods(pods: LabelledPods, access: Access): Made[] {
    const account = accountOf(pods);
    const containers = readList(pods.podSpec, "containers").filter(isTree);
    const own = containers.flatMap((container) => [
        ...[...readList(container, "command"), ...readList(container, "args")].flatMap((text) => {
            const name = typeof text === "string" ? ARGUMENT.exec(text)?.[1] : undefined;
            return name === undefined ? [] : [{ namespace: pods.namespace, name }];
        }),
        ...readList(container, "env").flatMap((entry) =>
            readString(entry, "name") === "CILIUM_CERTGEN_CONFIG"
                ? [...(readString(entry, "value") ?? "").matchAll(CERTGEN)].map((match) => ({
                      namespace: match[2] ?? "",
                      name: match[1] ?? "",
                  }))
                : [],
        ),
    ]);
    return own
        .filter(({ namespace }) => access.makes("secrets", account, namespace))
        .map(({ namespace, name }) => secret(namespace, name, TLS_KEYS));
}
