/** What the programs are told by their environment. Pure but for {@link readFiles}. */
import { readFileSync } from "node:fs";
import path from "node:path";

/** Variables of a process. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** What both programs are told. */
export interface Environment {
    /** `host:port` of brokers. */
    readonly brokers: readonly string[];
    /** Folder with `ca.crt`, `tls.crt` and `tls.key`. */
    readonly certificate: string;
    readonly topic: string;
    /** Address of the registry of schemas. */
    readonly registry: string;
    readonly deadLetters: string;
    readonly group: string;
    /** Where spans go; undefined when nobody takes them. */
    readonly traces: string | undefined;
    readonly domain: string;
    readonly port: number;
    /** Seconds between two registrations that the producer makes up; 0 for none. */
    readonly everySeconds: number;
    /** Who sends mail; undefined: mails are written to the log. */
    readonly mail:
        | {
              readonly host: string;
              readonly port: number;
              readonly from: string;
              readonly username: string;
              readonly passwordFile: string;
          }
        | undefined;
}

/**
 * Reads the variables.
 *
 * @throws Error that names a variable that is missing
 */
export function readEnvironment(variables: Variables): Environment {
    const get = (name: string): string => {
        const value = variables[name];
        if (value === undefined || value === "") {
            throw new Error(`The variable ${name} is not set.`);
        }
        return value;
    };
    return {
        brokers: get("KAFKA_BOOTSTRAP").split(","),
        certificate: get("KAFKA_CERTIFICATE"),
        topic: get("TOPIC"),
        registry: get("SCHEMA_REGISTRY"),
        deadLetters: get("DEAD_LETTERS"),
        group: get("GROUP"),
        traces: variables.OTEL_EXPORTER_OTLP_ENDPOINT,
        domain: get("DOMAIN"),
        port: Number(get("PORT")),
        everySeconds: Number(variables.EVERY_SECONDS ?? "0"),
        mail:
            variables.SMTP_HOST === undefined
                ? undefined
                : {
                      host: variables.SMTP_HOST,
                      port: Number(get("SMTP_PORT")),
                      from: get("SMTP_FROM"),
                      username: get("SMTP_USERNAME"),
                      passwordFile: get("SMTP_PASSWORD_FILE"),
                  },
    };
}

/** The certificate that a client shows and the authority that it trusts. */
export function readFiles(folder: string): { ca: Buffer; cert: Buffer; key: Buffer } {
    const file = (name: string) => readFileSync(path.join(folder, name));
    return { ca: file("ca.crt"), cert: file("tls.crt"), key: file("tls.key") };
}
