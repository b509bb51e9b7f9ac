/**
 * Settings of Ceph itself, by whatever road they come (rook v1.20.6: pkg/operator/ceph/config; Ceph
 * v20: src/common/options). Pure: texts in, settings out.
 */

/** The ConfigMap whose text becomes part of every daemon's `ceph.conf`, and its key. */
export const cephConfigOverride = { name: "rook-config-override", key: "config" } as const;

/** A setting of some daemons. */
export interface CephSetting {
    /** `global`, `osd`, `osd.3`, `osd/class:hdd`: whom it is for. */
    readonly section: string;
    /** With underscores, as Ceph's own documentation writes it. */
    readonly name: string;
    readonly value: unknown;
}

/** Ceph takes spaces and dashes in names for underscores. */
export function settingName(text: string): string {
    return text
        .trim()
        .toLowerCase()
        .replaceAll(/[\s-]+/g, "_");
}

/** The settings in a text of the form of `ceph.conf`. */
export function parseCephConfig(text: string): CephSetting[] {
    let section = "global";
    return text.split("\n").flatMap((line): CephSetting[] => {
        const bare = line.replace(/[#;].*$/, "").trim();
        const heading = /^\[(.+)\]$/.exec(bare)?.[1];
        if (heading !== undefined) {
            section = heading.trim();
            return [];
        }
        const [, name, value] = /^([^=]+)=(.*)$/.exec(bare) ?? [];
        return name === undefined || value === undefined
            ? []
            : [{ section, name: settingName(name), value: value.trim().replace(/^"(.*)"$/, "$1") }];
    });
}

/** What a setting must be where it is set; all are sound where they are not. */
export interface CephDemand {
    readonly name: string;
    readonly about: "copies" | "traffic";
    readonly isGood: (value: unknown) => boolean;
    readonly wanted: string;
}

const COPIES = 3;
const WRITABLE = 2;
const isOff = (value: unknown) => ["false", "0", "no", "off"].includes(String(value).toLowerCase());
const mode = (name: string): CephDemand => ({
    name,
    about: "traffic",
    isGood: (value) => String(value).trim() === "secure",
    wanted: "set it to secure",
});
const authentication = (name: string): CephDemand => ({
    name,
    about: "traffic",
    isGood: (value) =>
        String(value)
            .split(/[\s,]+/)
            .includes("cephx"),
    wanted: "set it to cephx",
});

/** The settings by which copies, checksums or secrecy are lost. */
export const cephDemands: readonly CephDemand[] = [
    {
        name: "bluestore_csum_type",
        about: "copies",
        isGood: (value) => value !== "none",
        wanted: "set it to crc32c",
    },
    {
        name: "osd_pool_default_size",
        about: "copies",
        isGood: (value) => Number(value) >= COPIES,
        wanted: `keep ${COPIES} copies`,
    },
    {
        name: "osd_pool_default_min_size",
        about: "copies",
        // Zero is half of the copies, rounded up.
        isGood: (value) => Number(value) === 0 || Number(value) >= WRITABLE,
        wanted: `accept writes only with ${WRITABLE} copies`,
    },
    {
        name: "mon_allow_pool_size_one",
        about: "copies",
        isGood: isOff,
        wanted: "set it to false",
    },
    {
        // Zero is a disk, one a host.
        name: "osd_crush_chooseleaf_type",
        about: "copies",
        isGood: (value) => Number(value) >= 1,
        wanted: "set it to 1, a host",
    },
    ...["ms_cluster_mode", "ms_service_mode", "ms_client_mode"].map(mode),
    ...["auth_cluster_required", "auth_service_required", "auth_client_required"].map(
        authentication,
    ),
];
