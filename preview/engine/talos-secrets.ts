/** Reads and changes the cluster's secrets in an exported state. Pure, but for the tree it is given. */
import { isRecord } from "../../components/base/object";

/** Certificate and key as Talos writes them: PEM in base64. */
export interface KeyPair {
    readonly certificate: string;
    readonly key: string;
}

const secretsType = "talos:machine/secrets:Secrets";
/** How Pulumi marks a secret in an export with `--show-secrets`. */
const secretMark = "4dabf18193072939515e22adb298388d";

type Tree = Record<string, unknown>;

/** Reads a value with its secrets, which an export holds as JSON in a text. */
export function plain(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(plain);
    }
    if (!isRecord(value)) {
        return value;
    }
    return secretMark in value && typeof value.plaintext === "string"
        ? plain(JSON.parse(value.plaintext))
        : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

/** Changes a value and leaves it marked as a secret as far out as it was. */
function changed(value: unknown, change: (plainValue: unknown) => unknown): unknown {
    return isRecord(value) && secretMark in value && typeof value.plaintext === "string"
        ? { ...value, plaintext: JSON.stringify(change(plain(value))) }
        : change(value);
}

function outputsOf(state: unknown): Tree[] {
    const deployment = isRecord(state) ? state.deployment : undefined;
    const resources = isRecord(deployment) ? deployment.resources : undefined;
    return (Array.isArray(resources) ? resources : [])
        .filter(isRecord)
        .filter(({ type, delete: isOld }) => type === secretsType && isOld !== true)
        .map(({ outputs }) => outputs)
        .filter(isRecord);
}

function textAt(value: unknown, path: readonly string[]): string | undefined {
    const found = path.reduce<unknown>(
        (tree, name) => (isRecord(tree) ? tree[name] : undefined),
        value,
    );
    return typeof found === "string" ? found : undefined;
}

/** The authority of Talos' API in the state; undefined when the state has no cluster. */
export function authorityOf(state: unknown): KeyPair | undefined {
    const [outputs] = outputsOf(state);
    const secrets = plain(outputs?.machineSecrets);
    const certificate = textAt(secrets, ["certs", "os", "cert"]);
    const key = textAt(secrets, ["certs", "os", "key"]);
    return certificate === undefined || key === undefined ? undefined : { certificate, key };
}

/** The client certificate in the state. */
export function clientOf(state: unknown): string | undefined {
    const [outputs] = outputsOf(state);
    return textAt(plain(outputs?.clientConfiguration), ["clientCertificate"]);
}

/** Writes a new client certificate into the state, in place; everything else stays as it is. */
export function replaceClient(state: unknown, { certificate, key }: KeyPair): void {
    for (const outputs of outputsOf(state)) {
        outputs.clientConfiguration = changed(outputs.clientConfiguration, (old) => {
            const { clientCertificate, clientKey, ...rest } = isRecord(old) ? old : {};
            return {
                ...rest,
                clientCertificate: changed(clientCertificate, () => certificate),
                clientKey: changed(clientKey, () => key),
            };
        });
    }
}
