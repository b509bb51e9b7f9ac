/** Mutations of machines, Talos and their firewalls. */
import { at, change, drop, list, remove } from "../define";
import type { Mutation } from "../define";
import type { Inputs, StackResource } from "../../preview/recorded-stack";

const ofType =
    (suffix: string) =>
    ({ type }: StackResource) =>
        type.endsWith(suffix);
const site = ofType("platform:base:Platform");
const machine = ofType(":VmLegacy");
const configuration = ofType(":ConfigurationApply");
const options = ofType(":OptionsLegacy");
const rules = ofType(":RulesLegacy");
/** A node whose configuration has the API server's part. */
const controlPlane = (resource: StackResource) =>
    configuration(resource) && JSON.stringify(resource.inputs.configPatches).includes("apiServer");

/** Changes the patches of a node: each document is JSON. */
function patches(inputs: Inputs, edit: (document: Inputs) => Inputs | undefined): void {
    const texts = Array.isArray(inputs.configPatches) ? (inputs.configPatches as string[]) : [];
    inputs.configPatches = texts.flatMap((text) => {
        const document = edit(JSON.parse(text) as Inputs);
        return document === undefined ? [] : [JSON.stringify(document)];
    });
}

const without = (kind: string, name?: string) => (document: Inputs) =>
    document.kind === kind && (name === undefined || document.name === name) ? undefined : document;

function nodes(inputs: Inputs, role: string): Inputs[] {
    return list(inputs, "nodes").filter((node) => node.role === role);
}

/** Moves all machines of a role from a host to another one that has some. */
function crowded(role: string, [id, expected, text]: readonly [string, string, string]): Mutation {
    const hasRole = ({ inputs }: StackResource) =>
        Array.isArray(inputs.tags) && (inputs.tags as unknown[]).includes(role);
    return {
        id,
        expected,
        change: text,
        mutants: (stack) => {
            const group = stack.filter((resource) => machine(resource) && hasRole(resource));
            const hosts = [...new Set(group.map(({ inputs }) => inputs.nodeName))];
            return hosts.flatMap((host) => {
                const moving = group.filter(({ inputs }) => inputs.nodeName === host);
                const [resource] = moving;
                const other = hosts.find((name) => name !== host);
                if (resource === undefined || other === undefined) {
                    return [];
                }
                const changed = moving.map((item) => ({
                    ...item,
                    inputs: { ...item.inputs, nodeName: other },
                }));
                return [{ resource, difference: { changed, removed: [] } }];
            });
        },
    };
}

/** HA-01 to HA-03, IAC-05, SEC-13. */
export const machineMutations: readonly Mutation[] = [
    change(
        ["second-control-plane-gone", "HA-01", "has one control plane fewer"],
        site,
        (inputs) => {
            inputs.controlPlanes = list(inputs, "controlPlanes").slice(1);
        },
    ),
    change(["no-virtual-ip", "HA-01", "has no virtual IP"], site, (inputs) => {
        drop(inputs, "virtualIp");
    }),
    change(
        ["taken-virtual-ip", "HA-01", "takes a control plane's address as virtual IP"],
        site,
        (inputs) => {
            inputs.virtualIp = list(inputs, "controlPlanes")[0]?.address;
        },
    ),
    crowded("control-plane", ["crowded-control-planes", "HA-02", "leave one host for another"]),
    crowded("worker", ["crowded-storage", "HA-02", "leave one host for another"]),
    change(["two-workers", "HA-03", "has two workers"], site, (inputs) => {
        const kept = nodes(inputs, "worker").slice(0, 2);
        inputs.nodes = [...nodes(inputs, "controlPlane"), ...kept];
    }),
    change(
        ["no-cluster-identifier", "IAC-05", "drops the provider's clusterIdentifier"],
        ofType("providers:kubernetes"),
        (inputs) => {
            drop(inputs, "clusterIdentifier");
        },
    ),
    change(["plain-disk", "SEC-13", "does not encrypt a partition"], configuration, (inputs) => {
        patches(inputs, without("VolumeConfig", "STATE"));
    }),
    change(["unlocked-disk", "SEC-13", "encrypts without a key"], configuration, (inputs) => {
        patches(inputs, (document) =>
            document.kind === "VolumeConfig"
                ? { ...document, encryption: { provider: "luks2", keys: [] } }
                : document,
        );
    }),
    change(["open-node", "SEC-13", "accepts everything by default"], configuration, (inputs) => {
        patches(inputs, without("NetworkDefaultActionConfig"));
    }),
    change(
        ["open-talos-api", "SEC-13", "opens the Talos API to the world"],
        configuration,
        (inputs) => {
            patches(inputs, (document) =>
                document.name === "talos-api"
                    ? { ...document, ingress: [{ subnet: "0.0.0.0/0" }] }
                    : document,
            );
        },
    ),
    change(
        ["old-kubelet-certificate", "SEC-13", "does not renew kubelet certificates"],
        configuration,
        (inputs) => {
            inputs.configPatches = [
                ...(inputs.configPatches as string[]),
                JSON.stringify({
                    machine: { kubelet: { extraArgs: { "rotate-server-certificates": "false" } } },
                }),
            ];
        },
    ),
    change(["no-audit", "SEC-13", "logs no request to the API"], controlPlane, (inputs) => {
        patches(inputs, (document) => {
            drop(at(document, "cluster", "apiServer"), "auditPolicy");
            return document;
        });
    }),
    change(
        ["privileged-by-default", "SEC-13", "admits privileged pods by default"],
        controlPlane,
        (inputs) => {
            patches(inputs, (document) => {
                for (const plugin of list(document, "cluster", "apiServer", "admissionControl")) {
                    at(plugin, "configuration", "defaults").enforce = "privileged";
                }
                return document;
            });
        },
    ),
    change(
        ["old-secrets", "SEC-13", "generates secrets without secretbox"],
        ofType("secrets:Secrets"),
        (inputs) => {
            inputs.talosVersion = "v1.2.0";
        },
    ),
    change(["firewall-off", "SEC-13", "turns a machine's firewall off"], options, (inputs) => {
        inputs.enabled = false;
    }),
    change(
        ["firewall-accepts", "SEC-13", "lets a machine's firewall accept"],
        options,
        (inputs) => {
            inputs.inputPolicy = "ACCEPT";
        },
    ),
    remove(["no-firewall", "SEC-13", "removes a machine's firewall"], options),
    change(
        ["unguarded-interface", "SEC-13", "takes an interface out of the firewall"],
        machine,
        (inputs) => {
            for (const device of list(inputs, "networkDevices")) {
                device.firewall = false;
            }
        },
    ),
    change(
        ["open-firewall", "SEC-13", "opens a rule of the firewall to everybody"],
        rules,
        (inputs) => {
            for (const rule of list(inputs, "rules").slice(0, 1)) {
                rule.source = "0.0.0.0/0";
            }
        },
    ),
];
