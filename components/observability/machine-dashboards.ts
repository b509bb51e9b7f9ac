/** What the machines of the nodes do: processors, memory, disks and network cards. Pure. */
import { type Choice, type Dashboard, highest, lines, rates, sums, table } from "../base/dashboard";

const JOB = 'job="node-exporter", instance=~"$instance"';
const choices: readonly Choice[] = [
    { label: "instance", of: 'node_memory_MemTotal_bytes{job="node-exporter"}' },
];
/** Network cards of the machine and what is tunnelled, without those of single pods. */
const CARDS = `${JOB}, device!~"lo|lxc.*|veth.*|cilium_.*"`;
const FILES = `${JOB}, fstype!=""`;
const share = { unit: "percentunit" } as const;

/** How much of the machines is in use, and what waits for them. */
export const machineDashboards: readonly Dashboard[] = [
    {
        name: "node-load",
        title: "Processors and memory of nodes",
        purpose: "Which node has too much to do, and what for.",
        choices,
        rows: [
            {
                title: "Processors",
                panels: [
                    lines(
                        "In use",
                        `1 - avg by (instance) (rate(node_cpu_seconds_total{${JOB}, mode="idle"}[$__rate_interval]))`,
                        "{{ instance }}",
                        share,
                    ),
                    rates("By mode", `node_cpu_seconds_total{${JOB}, mode!="idle"}`, "mode", {
                        unit: "cores",
                    }),
                    rates(
                        "Time that something waits for them",
                        `node_pressure_cpu_waiting_seconds_total{${JOB}}`,
                        "instance",
                        share,
                    ),
                    highest("Load of five minutes", `node_load5{${JOB}}`, "instance"),
                ],
            },
            {
                title: "Memory",
                panels: [
                    sums("Available", `node_memory_MemAvailable_bytes{${JOB}}`, "instance", {
                        unit: "bytes",
                    }),
                    sums("Kept of files", `node_memory_Cached_bytes{${JOB}}`, "instance", {
                        unit: "bytes",
                    }),
                    rates(
                        "Time that something waits for it",
                        `node_pressure_memory_waiting_seconds_total{${JOB}}`,
                        "instance",
                        share,
                    ),
                    rates("Killed for want of it", `node_vmstat_oom_kill{${JOB}}`, "instance"),
                ],
            },
        ],
    },
    {
        name: "node-disks",
        title: "Disks of nodes",
        purpose: "Which disk of a machine is slow, busy or full.",
        choices,
        rows: [
            {
                title: "Work",
                panels: [
                    rates("Read", `node_disk_read_bytes_total{${JOB}}`, "instance, device", {
                        unit: "Bps",
                    }),
                    rates("Written", `node_disk_written_bytes_total{${JOB}}`, "instance, device", {
                        unit: "Bps",
                    }),
                    rates("Busy", `node_disk_io_time_seconds_total{${JOB}}`, "instance, device", {
                        unit: "percentunit",
                    }),
                    rates(
                        "Time that something waits for them",
                        `node_pressure_io_waiting_seconds_total{${JOB}}`,
                        "instance",
                        share,
                    ),
                ],
            },
            {
                title: "Delay and room",
                panels: [
                    lines(
                        "One read",
                        `sum by (instance, device) (rate(node_disk_read_time_seconds_total{${JOB}}[$__rate_interval])) / (sum by (instance, device) (rate(node_disk_reads_completed_total{${JOB}}[$__rate_interval])) > 0)`,
                        "{{ instance }} {{ device }}",
                        { unit: "s" },
                    ),
                    lines(
                        "One write",
                        `sum by (instance, device) (rate(node_disk_write_time_seconds_total{${JOB}}[$__rate_interval])) / (sum by (instance, device) (rate(node_disk_writes_completed_total{${JOB}}[$__rate_interval])) > 0)`,
                        "{{ instance }} {{ device }}",
                        { unit: "s" },
                    ),
                    table(
                        "File systems in use",
                        `sort_desc(max by (instance, mountpoint) (1 - node_filesystem_avail_bytes{${FILES}} / node_filesystem_size_bytes{${FILES}}))`,
                        share,
                    ),
                    table(
                        "Inodes in use",
                        `sort_desc(max by (instance, mountpoint) (1 - node_filesystem_files_free{${FILES}} / (node_filesystem_files{${FILES}} > 0)))`,
                        share,
                    ),
                ],
            },
        ],
    },
    {
        name: "node-network",
        title: "Network of nodes",
        purpose: "What goes through the network cards of the machines, and what is lost there.",
        choices,
        rows: [
            {
                title: "Cards",
                panels: [
                    rates("Received", `node_network_receive_bytes_total{${CARDS}}`, "instance", {
                        unit: "Bps",
                    }),
                    rates("Sent", `node_network_transmit_bytes_total{${CARDS}}`, "instance", {
                        unit: "Bps",
                    }),
                    rates(
                        "Broken when they came",
                        `node_network_receive_errs_total{${CARDS}}`,
                        "instance, device",
                    ),
                    rates(
                        "Dropped when they came",
                        `node_network_receive_drop_total{${CARDS}}`,
                        "instance, device",
                    ),
                    rates(
                        "Dropped before they went",
                        `node_network_transmit_drop_total{${CARDS}}`,
                        "instance, device",
                    ),
                ],
            },
            {
                title: "Connections",
                panels: [
                    sums("Established", `node_netstat_Tcp_CurrEstab{${JOB}}`, "instance"),
                    lines(
                        "Segments sent again",
                        `sum by (instance) (rate(node_netstat_Tcp_RetransSegs{${JOB}}[$__rate_interval])) / (sum by (instance) (rate(node_netstat_Tcp_OutSegs{${JOB}}[$__rate_interval])) > 0)`,
                        "{{ instance }}",
                        share,
                    ),
                    rates(
                        "Refused by a full queue",
                        `node_netstat_TcpExt_ListenDrops{${JOB}}`,
                        "instance",
                    ),
                    lines(
                        "Tracked, of what the kernel can track",
                        `sum by (instance) (node_nf_conntrack_entries{${JOB}}) / sum by (instance) (node_nf_conntrack_entries_limit{${JOB}})`,
                        "{{ instance }}",
                        share,
                    ),
                ],
            },
        ],
    },
];
