/** The first instructions of an edge machine, as cloud-init reads them. Pure. */
import * as fs from "node:fs";
import * as path from "node:path";
import { type EdgeServer, type EdgeSettings, edgeServerName, type EdgeSite } from "../edge-schema";
import type { Site } from "../site";
import {
    admissionConfiguration,
    asYaml,
    auditPolicy,
    k3sConfiguration,
    k3sFiles,
    k3sFolders,
    k3sUnit,
    kernelSettings,
    snapshotConfiguration,
    type SnapshotKey,
} from "./k3s-configuration";
import { k3sDigest, k3sUrl } from "./releases";

/** What is secret in them. */
export interface EdgeCredentials {
    /** What servers of the site show each other. */
    readonly token: string;
    /** What the site shows the gateway. */
    readonly password: string;
    /** Undefined where snapshots go nowhere. */
    readonly snapshots: SnapshotKey | undefined;
}

/** What the instructions follow from. */
export interface EdgeMachine {
    readonly site: Pick<Site, "backup" | "cluster" | "network" | "domain">;
    readonly edge: EdgeSettings;
    readonly edgeSite: EdgeSite;
    readonly server: EdgeServer;
    readonly index: number;
    /** Manifests that k3s applies by itself, by the name of their file. */
    readonly manifests: Readonly<Record<string, readonly object[]>>;
    readonly credentials: EdgeCredentials;
}

interface WrittenFile {
    readonly path: string;
    readonly content: string;
    readonly permissions: string;
}

const FIRST_START = "/usr/local/sbin/k3s-first-start";

const privately = (file: string, content: string): WrittenFile => ({
    path: file,
    content,
    permissions: "0600",
});

function k3sSettings(machine: EdgeMachine): WrittenFile[] {
    const { site, edgeSite, server, index, credentials } = machine;
    const { snapshots } = credentials;
    const target =
        snapshots === undefined ? undefined : snapshotConfiguration(site, edgeSite, snapshots);
    const authority = site.backup?.authority;
    return [
        privately(
            `${k3sFolders.configuration}/config.yaml`,
            asYaml(k3sConfiguration(edgeSite, server, index)),
        ),
        privately(k3sFiles.token, `${credentials.token}\n`),
        privately(k3sFiles.admission, asYaml(admissionConfiguration)),
        privately(k3sFiles.audit, asYaml(auditPolicy)),
        ...(target === undefined ? [] : [privately(k3sFiles.snapshots, asYaml(target))]),
        ...(authority === undefined ? [] : [privately(k3sFiles.authority, authority)]),
    ];
}

function manifestFiles({ manifests }: EdgeMachine): WrittenFile[] {
    return Object.entries(manifests).map(([name, objects]) =>
        privately(
            `${k3sFolders.manifests}/${name}.yaml`,
            objects.map((object) => asYaml(object)).join("---\n"),
        ),
    );
}

/**
 * The instructions as a document of cloud-init: people and their keys, Debian's own updates, k3s with
 * what it is told, and what it deploys by itself. They are followed once, at the first boot.
 */
export function cloudConfiguration(machine: EdgeMachine): Readonly<Record<string, unknown>> {
    const { site, edge, edgeSite, index } = machine;
    const peers = edgeSite.servers.flatMap(({ address }, at) => (at === index ? [] : [address]));
    return {
        hostname: edgeServerName(edgeSite, index),
        manage_etc_hosts: true,
        disable_root: true,
        ssh_pwauth: false,
        users: [
            {
                name: "administrator",
                shell: "/bin/bash",
                sudo: "ALL=(ALL) NOPASSWD:ALL",
                lock_passwd: true,
                ssh_authorized_keys: [...edge.administratorKeys],
            },
        ],
        package_update: true,
        package_upgrade: true,
        packages: ["curl", "qemu-guest-agent", "unattended-upgrades"],
        ntp: { enabled: true, servers: [...site.network.timeServers] },
        write_files: [
            ...k3sSettings(machine),
            ...manifestFiles(machine),
            { path: "/etc/sysctl.d/90-kubelet.conf", content: kernelSettings, permissions: "0644" },
            {
                path: "/etc/systemd/system/k3s.service",
                content: k3sUnit,
                permissions: "0644",
            },
            { path: FIRST_START, content: firstStart(), permissions: "0700" },
        ],
        runcmd: [
            ["sysctl", "--system"],
            [
                "env",
                `RELEASE_URL=${k3sUrl()}`,
                `RELEASE_SHA256=${k3sDigest}`,
                `FIRST=${index === 0 ? "yes" : "no"}`,
                `PEERS=${peers.join(" ")}`,
                FIRST_START,
            ],
        ],
    };
}

/** The script of the first start. */
export function firstStart(): string {
    return fs.readFileSync(path.join(__dirname, "scripts", "k3s-first-start.sh"), "utf8");
}

/** The same as the text that cloud-init knows by its first line. */
export function userData(machine: EdgeMachine): string {
    return `#cloud-config\n${asYaml(cloudConfiguration(machine))}`;
}
