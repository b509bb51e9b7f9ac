/**
 * Values that settings of the site and of systems have in common. Each carries the phrase that says
 * what it may be (`allowed` in its metadata): faults are told in these words and never in those of
 * the library that finds them (`../configuration-faults.ts`).
 */
import { isIPv6 } from "node:net";
import { z } from "zod";
import { isAddress, isNetwork, networkOf, prefixLength, unusable } from "../addresses";

/** What a value may be; a function where the answer depends on what was found. */
export type Phrase = string | ((found: unknown) => string);

/** A schema with the phrase that says what is allowed. */
export function told<Schema extends z.ZodType>(schema: Schema, allowed: Phrase): Schema {
    return schema.meta({ allowed });
}

/** A text of a form that a test decides on. */
export function text(isAllowed: (value: string) => boolean, allowed: Phrase) {
    return told(z.string().refine(isAllowed), allowed);
}

/** A text of the form of a regular expression. */
export function pattern(expression: RegExp, allowed: Phrase) {
    return told(z.string().regex(expression), allowed);
}

/** A whole number between two limits, both included; `of` is its unit. */
export function whole(limits: { from: number; to: number; of?: string }) {
    const { from, to, of } = limits;
    return told(
        z.number().int().min(from).max(to),
        `a whole number${of === undefined ? "" : ` of ${of}`} from ${from} to ${to}`,
    );
}

/** A number between two limits, both included; a higher one is a slip of the unit. */
export function amount({ from, to }: { from: number; to: number }) {
    return told(z.number().min(from).max(to), `a number from ${from} to ${to}`);
}

/** A sentence that says something: so many characters, in at least three words. */
export function sentence(characters: number, what: string) {
    return text((value) => {
        const said = value.trim();
        return said.length >= characters && new Set(said.split(/\s+/)).size > 2;
    }, `${what} of at least ${characters} characters, in words`);
}

const LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";
const DNS_LABEL = new RegExp(`^${LABEL}$`);
const DNS_NAME = new RegExp(`^${LABEL}(\\.${LABEL})+$`);

/** RFC 1123: labels of at most 63 characters, 253 in all, and a last label that is no number. */
function isDnsName(value: string): boolean {
    return value.length <= 253 && DNS_NAME.test(value) && !/(^|\.)\d+$/.test(value);
}

/** Whether a text names a server: one label or a DNS name, or an IPv4 address. */
export function isServer(value: string): boolean {
    const name = value.toLowerCase();
    return isAddress(name) || isDnsName(name) || (DNS_LABEL.test(name) && !/^\d+$/.test(name));
}

function usable(found: unknown): string {
    const kind = typeof found === "string" && isAddress(found) ? unusable(found) : undefined;
    return kind === undefined ? "" : `, outside ${kind.network} (${kind.what})`;
}

/** Why an address of another kind is refused; nothing for what is merely none. */
function otherKind(found: unknown): string {
    if (typeof found !== "string") {
        return "";
    }
    if (found.toLowerCase() === "dhcp") {
        return "; no DHCP: etcd, certificates and firewalls know each machine by a fixed address, so reserve one";
    }
    return isIPv6(found.split("/")[0] ?? "")
        ? "; no IPv6: the virtual address, Ceph and the firewall rules here are for IPv4 alone"
        : "";
}

/** An IPv4 address that a machine can have. */
export const address = text(
    (value) => isAddress(value) && unusable(value) === undefined,
    (found) => `an IPv4 address such as 192.168.68.101${usable(found)}${otherKind(found)}`,
);

/** An IPv4 address with the prefix length of its network. */
export const addressWithPrefix = text(
    (value) => {
        const [own = "", prefix = ""] = value.split("/");
        return isNetwork(value) && unusable(own) === undefined && Number(prefix) < 31;
    },
    (found) =>
        `an IPv4 address with the length of its network's prefix, such as 10.10.0.11/24${otherKind(found)}`,
);

/** Prefix length of the widest network that is anybody's: private use has one of them, 10.0.0.0/8. */
const WIDEST = 8;

/** An IPv4 network, written without host bits. */
export const cidr = text(
    (value) =>
        isNetwork(value) &&
        prefixLength(value) >= WIDEST &&
        networkOf(value) === value &&
        unusable(value) === undefined,
    (found) => {
        if (typeof found !== "string" || !isNetwork(found)) {
            return `an IPv4 network such as 192.168.68.0/24${otherKind(found)}`;
        }
        if (prefixLength(found) < WIDEST) {
            return `an IPv4 network from /${WIDEST} on; a wider one is everybody's`;
        }
        const kind = unusable(found);
        return kind === undefined
            ? `${networkOf(found)}, which is the network of that address`
            : `an IPv4 network outside ${kind.network} (${kind.what})`;
    },
);

/** One label of a DNS name. */
export const dnsLabel = pattern(
    DNS_LABEL,
    "a DNS label: at most 63 lower-case letters, digits and hyphens, a letter or digit at both ends",
);

/** A DNS name of two labels or more. */
export const dnsName = text(
    isDnsName,
    "a DNS name such as home.example.org: labels of at most 63 lower-case letters, digits and hyphens, 253 characters in all",
);

/** A server by its name or its IPv4 address. */
export const server = text(
    (value) => isServer(value) && !(isAddress(value) && unusable(value) !== undefined),
    (found) =>
        `a host name such as time.example.org or an IPv4 address${usable(found)}, without a port or a scheme`,
);

/** An https:// address in its parts, or undefined when it is none. */
function parts(value: string) {
    const [, user, host, port, rest = ""] =
        /^https:\/\/(?:([^/?#]*)@)?([^/?#:@]*)(?::(\d{1,5}))?([/?#]\S*)?$/.exec(value) ?? [];
    return host === undefined ? undefined : { user, host, port, rest };
}

/** The server that an https:// address names, or undefined when it is none. */
export function hostOf(url: string): string | undefined {
    return parts(url)?.host;
}

function isPort(port: string | undefined): boolean {
    return port === undefined || (Number(port) >= 1 && Number(port) <= 65_535);
}

function isUrl(value: string): boolean {
    const found = parts(value);
    return (
        found !== undefined &&
        found.user === undefined &&
        isServer(found.host) &&
        isPort(found.port) &&
        !found.rest.includes("#")
    );
}

/** What an address of the web may be, with what is wrong about the one that was found. */
function urlPhrase(example: string, more = ""): Phrase {
    return (found) => {
        const url = typeof found === "string" ? found : "";
        const why = /^http:/i.test(url)
            ? ": with https, because http can be read and changed on its way"
            : parts(url)?.user !== undefined
              ? ": without a user or password"
              : more;
        return `an https:// address such as ${example}${why}`;
    };
}

/** An address of the web, over TLS. */
export const httpsUrl = text(isUrl, urlPhrase("https://s3.example.org"));

/** An OpenID Connect issuer (OpenID Connect Discovery 1.0, 4.1: no query, no fragment). */
export const issuerUrl = text(
    (value) => isUrl(value) && !value.includes("?"),
    urlPhrase("https://auth.example.org", ", without a query"),
);

/** The root of a server that is spoken to over TLS. */
function httpsRoot(example: string) {
    return text(
        (value) => isUrl(value) && ["", "/"].includes(parts(value)?.rest ?? ""),
        urlPhrase(example, ", without a path"),
    );
}

/** The address of a Proxmox host. */
export const httpsServer = httpsRoot("https://pve.example.org:8006");

/** The address of an S3 server. */
export const httpsStore = httpsRoot("https://s3.example.org");

/** An address of electronic mail. */
export const email = text(
    (value) =>
        /^[^\s@<>"(),:;\\[\]]+@[^\s@]+$/.test(value) &&
        isDnsName(value.split("@")[1]?.toLowerCase() ?? ""),
    "an address of electronic mail such as admin@example.org",
);

/** A name, path or the like, of which no more is known than that it is not blank. */
export function named(what: string) {
    return text((value) => value.trim() !== "" && value === value.trim(), what);
}

function isDay(value: string): boolean {
    const [, day] = /^(\d{4}-\d{2}-\d{2})$/.exec(value) ?? [];
    const time = day === undefined ? NaN : Date.parse(`${day}T00:00:00Z`);
    return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
}

/**
 * A day. Unquoted, YAML has a type of its own for it, which Pulumi hands on as midnight in UTC.
 */
export const day = told(
    z
        .string()
        .overwrite((value) => value.replace(/T00:00:00(\.0+)?Z$/, ""))
        .refine(isDay),
    "a day that exists, such as 2027-05-31",
);

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})$/;

/** A point in time, to the second or closer (RFC 3339). */
export const instant = text(
    (value) => INSTANT.test(value) && !Number.isNaN(Date.parse(value)) && isDay(value.slice(0, 10)),
    "a point in time with its zone, such as 2027-01-31T04:15:00Z",
);

/** Release `major.minor.patch`, without leading zeros. */
const RELEASE = "(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)";
/** A release of Kubernetes. */
export const kubernetesRelease = pattern(
    new RegExp(`^${RELEASE}$`),
    "a release such as 1.35.4, in quotes if need be",
);
/** A release of Talos. */
export const talosRelease = pattern(new RegExp(`^v${RELEASE}$`), "a release such as v1.13.9");
