/**
 * What is asked from outside, and what answer is right: modules of the blackbox exporter and Probe
 * objects. Pure: no Pulumi.
 *
 * Fields as in blackbox_exporter v0.28.0 (CONFIGURATION.md) and in the CRD of
 * `monitoring.coreos.com/v1` (prometheus-operator: pkg/apis/monitoring/v1/probe_types.go).
 */
import type { Manifest } from "../base/object";
import type { Answer, StandingRoute } from "../gateway/standing-route";

/** A module of the exporter: how it asks, and what it takes for success. */
export type Module = Readonly<Record<string, unknown>>;

/** Something that is asked. */
export interface Target {
    /** Name of its Probe, and of its module. */
    readonly name: string;
    /** What the exporter opens: an address with its scheme, or `host:port`. */
    readonly address: string;
    readonly module: Module;
}

/** Value of the label `job` on what probes bring. */
export const PROBES = "probes";
/** Where the exporter finds the certificate of the platform's own authority. */
export const AUTHORITY = "/etc/blackbox-authority";
/** Port of the exporter. */
export const blackboxPort = 9115;

/** Seconds between two questions, and how long one may take: each makes a connection of its own. */
const INTERVAL = 60;
const TIMEOUT = 10;

const timeout = `${TIMEOUT}s`;
const family = { preferred_ip_protocol: "ip4", ip_protocol_fallback: true };

/** By whom certificates are judged: the platform's authority, or those that every browser knows. */
function trust(byAuthority: boolean): Module {
    return byAuthority ? { ca_file: `${AUTHORITY}/ca.crt` } : {};
}

function escaped(text: string): string {
    return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function webModule({ statuses, body, login }: Answer, byAuthority: boolean): Module {
    return {
        prober: "http",
        timeout,
        http: {
            ...family,
            method: "GET",
            // As a browser says it: programs are refused and not sent to the login.
            headers: { Accept: "text/html" },
            follow_redirects: false,
            fail_if_not_ssl: true,
            valid_status_codes: [...statuses],
            ...(body === undefined ? {} : { fail_if_body_not_matches_regexp: [body] }),
            ...(login === undefined
                ? {}
                : {
                      fail_if_header_not_matches: [
                          { header: "Location", regexp: `^${escaped(login)}/` },
                      ],
                  }),
            tls_config: trust(byAuthority),
        },
    };
}

/** A route, asked by its own name: DNS, load balancer, certificate, gateway, guard and service. */
export function webTarget(
    { namespace, name, host, answer }: StandingRoute,
    byAuthority: boolean,
): Target {
    return {
        name: `${namespace}-${name}`,
        address: `https://${host}${answer.path}`,
        module: webModule(answer, byAuthority),
    };
}

/**
 * Something that speaks TLS and no HTTP.
 *
 * @param url with its scheme and port
 */
export function tlsTarget(name: string, url: string): Target {
    const { hostname, port } = new URL(url);
    return {
        name,
        address: `${hostname}:${port}`,
        module: {
            prober: "tcp",
            timeout,
            tcp: { ...family, tls: true, tls_config: { ...trust(true), server_name: hostname } },
        },
    };
}

/** The modules by name: one for all targets that are asked alike. */
export function modulesOf(targets: readonly Target[]): {
    readonly modules: Readonly<Record<string, Module>>;
    readonly moduleOf: (target: Target) => string;
} {
    const names = new Map<string, string>();
    for (const { name, module } of targets) {
        const text = JSON.stringify(module);
        names.set(text, names.get(text) ?? name);
    }
    const moduleOf = ({ module, name }: Target) => names.get(JSON.stringify(module)) ?? name;
    return {
        moduleOf,
        modules: Object.fromEntries(targets.map((target) => [moduleOf(target), target.module])),
    };
}

/** Has Prometheus ask the exporter for a target. */
export function probe(
    { name, address }: Target,
    { namespace, service, module }: Readonly<Record<"namespace" | "service" | "module", string>>,
): Manifest {
    return {
        apiVersion: "monitoring.coreos.com/v1",
        kind: "Probe",
        metadata: { name, namespace },
        spec: {
            jobName: PROBES,
            interval: `${INTERVAL}s`,
            scrapeTimeout: `${TIMEOUT + 5}s`,
            module,
            prober: { url: `${service}.${namespace}.svc:${blackboxPort}` },
            targets: { staticConfig: { static: [address], labels: { endpoint: name } } },
        },
    };
}
