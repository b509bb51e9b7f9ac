/** What signs and encrypts in Airflow, and what the repository is read with. Pure. */
import type { GeneratedSecretArgs, ConfiguredSecretArgs, GeneratedValues } from "../base/secret";
import { previousKey, yearly } from "../base/secret";
import * as pulumi from "@pulumi/pulumi";
import type { Flow, Peer } from "../base/flows";
import type { Namespace } from "../base/namespace";
import { isAddress } from "../addresses";
import { deliveryCredential, type DeliverySettings, repositoryAddress } from "../delivery-schema";
import type { Site } from "../site";
import { airflowPods, SECRETS, secretKeys } from "./airflow-names";

/** What {@link fernetKeys} is made of. */
const BYTES = "encryption";

/** A key of Fernet: 32 bytes in the URL-safe base64 with its padding (cryptography: fernet.py). */
export function fernetKey(hexadecimal: string): string {
    return Buffer.from(hexadecimal, "hex")
        .toString("base64")
        .replaceAll("+", "-")
        .replaceAll("/", "_");
}

/** All keys, the newest first: it encrypts, and what older ones encrypted is still read. */
export function fernetKeys(values: GeneratedValues): string {
    return [values[BYTES], values[previousKey(BYTES)]]
        .flatMap((value) => (value === undefined ? [] : [fernetKey(value)]))
        .join(",");
}

/** Arguments of the Secret. */
export function airflowSecret(namespace: Namespace): GeneratedSecretArgs {
    return {
        namespace,
        secretName: SECRETS,
        generate: {
            [BYTES]: { bytes: 32 },
            [secretKeys.pages]: { length: 48 },
            [secretKeys.tokens]: { length: 64 },
        },
        written: { [secretKeys.fernet]: fernetKeys },
        keepsPrevious: true,
        escrow: "connections and variables of pipelines in the database of Airflow",
        rotation: yearly,
    };
}

/** Key of the Secret with what the repository is read with. */
export const CREDENTIAL = "credential";

/** What the repository is read with; undefined for one that anybody may read. */
export function repositoryCredential(
    namespace: Namespace,
    site: Pick<Site, "secret">,
    delivery: DeliverySettings,
): ConfiguredSecretArgs | undefined {
    const credential = deliveryCredential(delivery);
    if (credential === undefined) {
        return undefined;
    }
    const { host = "", port = 22 } = repositoryAddress(delivery.repository) ?? {};
    const server = port === 22 ? host : `[${host}]:${port}`;
    return {
        namespace,
        values: {
            [CREDENTIAL]: site.secret(credential),
            ...(credential === "deliveryKey"
                ? { known_hosts: pulumi.output(`${server} ${delivery.hostKey ?? ""}`) }
                : {}),
        },
        rotation: { owner: "platform-admin", days: 180 },
    };
}

/** The ways of those who read DAGs to the repository, and of tasks to what they work with. */
export function airflowFlows({ repository }: DeliverySettings): Flow[] {
    const { host = "", port = 443 } = repositoryAddress(repository) ?? {};
    const to: Peer = isAddress(host) ? { cidr: `${host}/32` } : "internet";
    return [
        ...(["processor", "task"] as const).map((part) => ({
            name: `repository-of-${part}`,
            pods: airflowPods(part),
            to,
            ports: [port],
        })),
        { name: "internet", pods: airflowPods("task"), to: "internet", ports: [443] },
    ];
}
