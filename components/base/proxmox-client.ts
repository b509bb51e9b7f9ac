/**
 * How programs in the cluster that speak to Proxmox are told of it: those of one author (the CSI
 * driver, Karpenter's provider) read the same file and verify the API in the same way. Pure.
 */
import { z } from "zod";
import { type Rotation } from "./secret";
import type { ChartValues } from "./chart-renderer";
import type { Fault } from "./definition";
import type { Flow } from "./flows";
import type { Manifest } from "./object";
import { certificateAuthorities } from "./pem";
import { address, told } from "./values";
import type { ProxmoxSettings, SiteConfiguration } from "../site-schema";

/** ConfigMap with the authority of the API's certificate, and its key. */
export const authorityFile = { configMap: "proxmox-authority", key: "proxmox.pem" } as const;

/** Settings by which such a program finds the API and verifies it. */
export const proxmoxAccess = {
    addresses: told(
        z.array(address).min(1),
        "addresses such as [192.168.1.10], one for each host that answers the API",
    )
        .optional()
        .describe(
            "addresses at which `proxmox.endpoint` answers: the way there is opened by address; required when it is on",
        ),
    authority: certificateAuthorities
        .optional()
        .describe(
            "authority that signed the certificate of the Proxmox API, in PEM (`/etc/pve/pve-root-ca.pem`); default: those that everybody knows",
        ),
};

/**
 * What a site lacks for such a program.
 *
 * @param name key of the system below `systems`
 */
export function proxmoxAccessFaults(
    name: string,
    { addresses }: { readonly addresses?: readonly string[] | undefined },
    { proxmox }: SiteConfiguration,
): Fault[] {
    const unaddressed =
        addresses === undefined
            ? [
                  {
                      key: `systems.${name}.addresses`,
                      found: "nothing",
                      allowed:
                          "the addresses at which proxmox.endpoint answers, such as [192.168.1.10]",
                  },
              ]
            : [];
    if (proxmox === undefined) {
        const allowed = `an object with endpoint and hosts, because systems.${name} is on (or turn that off)`;
        return [...unaddressed, { key: "proxmox", found: "nothing", allowed }];
    }
    const apart = proxmox.hosts.filter(({ endpoint }) => endpoint !== undefined);
    return [
        ...unaddressed,
        ...apart.map((host) => ({
            key: `systems.${name}.enabled`,
            found: `true, and the host ${host.name} has an API of its own`,
            allowed:
                "hosts of one Proxmox cluster, because it knows one API for the region of all nodes",
        })),
    ];
}

/**
 * The file that it reads (docs/config.md of both projects); JSON is YAML.
 *
 * @param region value of the label of the region on every node: the name of the cluster
 * @param token `user@realm!name=uuid`
 */
export function proxmoxClientFile(
    { endpoint, insecure }: ProxmoxSettings,
    region: string,
    token: string,
): string {
    const [id = "", secret = ""] = token.split("=");
    const url = new URL("/api2/json", endpoint).href;
    return JSON.stringify({
        clusters: [{ url, insecure, token_id: id, token_secret: secret, region }],
    });
}

/** The way of some pods to the API. */
export function toProxmox(
    { endpoint }: ProxmoxSettings,
    addresses: readonly string[],
    pods: Readonly<Record<string, string>>,
): Flow[] {
    const { port } = new URL(endpoint);
    return addresses.map((host) => ({
        name: `proxmox-${host}`,
        pods,
        to: { cidr: `${host}/32` },
        ports: [port === "" ? 443 : Number(port)],
    }));
}

/** The authority as a file; nothing for one that everybody knows. */
export function authorityManifests(namespace: string, authority: string | undefined): Manifest[] {
    return authority === undefined
        ? []
        : [
              {
                  apiVersion: "v1",
                  kind: "ConfigMap",
                  metadata: { name: authorityFile.configMap, namespace },
                  data: { [authorityFile.key]: authority },
              },
          ];
}

/** A new token works at once beside the old one: every half year. */
export const proxmoxTokenRotation: Rotation = { owner: "platform-admin", days: 180 };

/** Values that mount it beside the authorities of the image: Go reads every file of the folder. */
export function authorityMount(hasAuthority: boolean): ChartValues {
    return hasAuthority
        ? {
              extraVolumes: [{ name: "authority", configMap: { name: authorityFile.configMap } }],
              extraVolumeMounts: [
                  {
                      name: "authority",
                      mountPath: `/etc/ssl/certs/${authorityFile.key}`,
                      subPath: authorityFile.key,
                      readOnly: true,
                  },
              ],
          }
        : {};
}
