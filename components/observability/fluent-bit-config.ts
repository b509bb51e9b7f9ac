/** What Fluent Bit 5.1 is told: its configuration, as YAML. Pure. */
import * as yaml from "js-yaml";
import { machineLogPort } from "../base/node-ports";
import { cuttingFilters, cuttingParsers } from "./redaction-onigmo";

export const fluentBitPorts = { metrics: 2020, machine: machineLogPort } as const;

/** Where what is under way lies. */
export const BUFFER_FOLDER = "/buffers";

/** Where lines go. */
export interface FluentBitTargets {
    readonly fluentd: { readonly host: string; readonly port: number };
    readonly loki: { readonly host: string; readonly port: number };
}

/**
 * Talos writes a line of JSON for each line of a service or of the kernel (talos v1.13: "Logging"):
 * `msg`, `talos-service`, `talos-level`, `talos-time`, and of the kernel `facility` and `priority`.
 * Each goes to Loki, and through Fluentd to Elasticsearch.
 */
export function fluentBitConfiguration({ fluentd, loki }: FluentBitTargets) {
    return {
        service: {
            flush: 1,
            log_level: "warn",
            http_server: true,
            http_listen: "0.0.0.0",
            http_port: fluentBitPorts.metrics,
            health_check: true,
            hc_errors_count: 100,
            hc_period: 60,
            "storage.path": BUFFER_FOLDER,
            "storage.backlog.mem_limit": "8M",
            "storage.metrics": true,
        },
        parsers: [
            {
                name: "talos",
                format: "json",
                time_key: "talos-time",
                time_format: "%Y-%m-%dT%H:%M:%S.%LZ",
            },
            ...Object.entries(cuttingParsers).map(([name, regex]) => ({
                name,
                format: "regex",
                regex,
            })),
        ],
        pipeline: {
            inputs: [
                {
                    name: "tcp",
                    tag: "machine",
                    listen: "0.0.0.0",
                    port: fluentBitPorts.machine,
                    format: "none",
                    chunk_size: 64,
                    buffer_size: 256,
                    "storage.type": "filesystem",
                    mem_buf_limit: "16M",
                },
            ],
            filters: [
                {
                    name: "parser",
                    match: "machine",
                    key_name: "log",
                    parser: "talos",
                    // A line that is no JSON stays as it is.
                    preserve_key: false,
                    reserve_data: true,
                },
                {
                    name: "modify",
                    match: "machine",
                    rename: [
                        "msg message",
                        "log message",
                        "talos-service service",
                        "talos-level level",
                    ],
                    // The kernel is no service.
                    add: ["service kernel", "node ${NODE_NAME}"],
                    remove: ["clock", "seq"],
                },
                ...cuttingFilters("machine"),
            ],
            outputs: [
                {
                    name: "forward",
                    match: "machine",
                    host: fluentd.host,
                    port: fluentd.port,
                    // A line is sent once Fluentd has it on its volume.
                    require_ack_response: true,
                    time_as_integer: false,
                    retry_limit: "no_limits",
                    "storage.total_limit_size": "64M",
                },
                {
                    name: "loki",
                    match: "machine",
                    host: loki.host,
                    port: loki.port,
                    labels: "source=machine",
                    label_keys: "$node,$service",
                    remove_keys: "node,service",
                    line_format: "json",
                    retry_limit: "no_limits",
                    "storage.total_limit_size": "64M",
                },
            ],
        },
    };
}

/** The configuration as Fluent Bit reads it. */
export function fluentBitFile(targets: FluentBitTargets): string {
    return yaml.dump(fluentBitConfiguration(targets), { lineWidth: -1, noRefs: true });
}
