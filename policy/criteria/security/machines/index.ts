/** SEC-13: nodes that keep their secrets and answer only those who may ask. */
import { type Finding, notJudged, type StackCriterion, violated } from "../../../kernel/criterion";
import type { Fact, Facts } from "../../../kernel/facts";
import { read, readList, readString } from "../../../kernel/tree";
import { judgeExpectation } from "../../../kernel/expectation";
import { judgeSafeguards } from "../../../engines/operated/safeguards";
import {
    CONFIGURATION_APPLY,
    configurationOf,
    type MachineConfiguration,
} from "../../../engines/machines/configuration";
import { judgeMachines } from "./firewall";
import { judgeNode, type NodeSurroundings } from "./node";

const PROVIDER = "pulumi:providers:proxmoxve";
const SECRETS = "talos:machine/secrets:Secrets";
/** The first release whose generated secrets encrypt etcd with secretbox. */
const SECRETBOX = [1, 3] as const;

/** Networks of people, nodes and pods. */
function allowedNetworks(facts: Facts): string[] {
    const platform = facts.platform()?.inputs;
    const [cluster] = facts.ofType("platform:cluster:TalosCluster");
    return [
        readString(platform, "nodeNetwork"),
        readString(platform, "podNetwork"),
        ...readList(cluster?.inputs, "administrators"),
    ].filter((network) => typeof network === "string");
}

/** Whether a configuration is that of a control plane; an unknown list could make it one. */
function isControlPlane(facts: Facts, fact: Fact): boolean | "unknown" {
    const platform = facts.platform()?.inputs;
    const address = read(fact.inputs, ["node"]);
    const list = readList(platform, "controlPlanes").map((node) => read(node, ["address"]));
    if (address.state !== "known" || read(platform, ["controlPlanes"]).state !== "known") {
        return "unknown";
    }
    const isOne = list.some(
        (reading) => reading.state === "known" && reading.value === address.value,
    );
    return isOne || (list.some(({ state }) => state !== "known") ? "unknown" : false);
}

function judgeApply(facts: Facts, fact: Fact, allowed: readonly string[]): Finding[] {
    const role = isControlPlane(facts, fact);
    let configuration: MachineConfiguration | "unknown";
    try {
        configuration = configurationOf(fact);
    } catch {
        return [violated(fact, "one of its configPatches is neither JSON nor YAML; correct it")];
    }
    if (configuration === "unknown") {
        return [notJudged(fact, "its configPatches are known only at the update")];
    }
    const surroundings: NodeSurroundings = { isControlPlane: role === true, allowed };
    return [
        ...judgeNode(fact, configuration, surroundings),
        ...(role === "unknown"
            ? [notJudged(fact, "whether it is a control plane is known only at the update")]
            : []),
    ];
}

function judgeSecrets(fact: Fact): Finding[] {
    const version = read(fact.inputs, ["talosVersion"]);
    if (version.state === "unknown") {
        return [notJudged(fact, "talosVersion is known only at the update")];
    }
    const [major = 0, minor = 0] =
        version.state === "known"
            ? (/^v?(\d+)\.(\d+)/.exec(String(version.value))?.slice(1).map(Number) ?? [])
            : // The provider's own, which is newer.
              SECRETBOX;
    return major > SECRETBOX[0] || (major === SECRETBOX[0] && minor >= SECRETBOX[1])
        ? []
        : [
              violated(
                  fact,
                  `talosVersion is ${String(major)}.${String(minor)}, whose secrets do not encrypt etcd with secretbox; use a newer one`,
              ),
          ];
}

/** Whoever answers for Proxmox with another certificate gets its token, and all machines with it. */
function judgeProvider(fact: Fact): Finding[] {
    return judgeExpectation(fact, {
        what: "insecure",
        reading: read(fact.inputs, ["insecure"]),
        // Providers get their settings as text.
        good: (value) => String(value) === "false",
        wanted: "let it check the certificate of the API (`proxmox.insecure: false`)",
        absentIsGood: true,
    });
}

/** SEC-13. */
export const machines: StackCriterion = {
    id: "SEC-13",
    name: "sec-13-hardened-machines",
    description:
        "Checks that Talos and Ceph encrypt disks and etcd, that nothing turns off audit, authorization and the admission of only safe pods, that kubelet certificates are renewed, and that firewalls open nodes only to listed networks.",
    severity: "critical",
    remediation:
        "Correct components/cluster/machine-configuration.ts, components/machines/firewall.ts or the node's `talosPatches`.",
    besidesCharts: true,
    judgeStack: (facts) => {
        const allowed = allowedNetworks(facts);
        const configurations = facts.ofType(CONFIGURATION_APPLY);
        const secrets = facts.ofType(SECRETS);
        const virtual = judgeMachines(facts);
        const providers = facts.ofType(PROVIDER);
        const disks = judgeSafeguards(facts, "disks");
        return {
            subjects:
                configurations.length +
                secrets.length +
                virtual.subjects +
                providers.length +
                disks.subjects,
            judged: [...configurations, ...secrets, ...providers, ...(disks.judged ?? [])],
            findings: [
                ...configurations.flatMap((fact) => judgeApply(facts, fact, allowed)),
                ...secrets.flatMap(judgeSecrets),
                ...virtual.findings,
                ...providers.flatMap(judgeProvider),
                ...disks.findings,
            ],
        };
    },
};
