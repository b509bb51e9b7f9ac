/**
 * Writes the bootstrap of a cluster into an exported state: its provider takes it over by no
 * `pulumi import`, which asks for a client configuration that it cannot be given
 * (terraform-provider-talos v0.11.0: talos_machine_bootstrap_resource.go, ValidateConfig). Pure.
 */
import { isRecord } from "../../components/base/object";
import type { StackResource } from "../../preview/recorded-stack";
import { UsageError } from "../../preview/usage-error";
import { asProgrammed } from "./imported-machines";

const TYPE = "talos:machine/bootstrap:Bootstrap";

/**
 * The state with the bootstrap of the recorded stack, and with what an import leaves out of its machines.
 * The bootstrap names no client: the next update adds it, which changes nothing on the node.
 *
 * @throws UsageError when the state is none, has it already, or does not have what it belongs to
 */
export function withBootstrap(state: unknown, resources: readonly StackResource[]): unknown {
    const deployment = isRecord(state) ? state.deployment : undefined;
    const known = isRecord(deployment) ? deployment.resources : undefined;
    if (!isRecord(state) || !isRecord(deployment) || !Array.isArray(known)) {
        throw new UsageError(
            "--bootstrap: the file is no state; allowed: what pulumi stack export wrote.",
        );
    }
    const wanted = resources.find(({ type }) => type === TYPE);
    const all = known.filter(isRecord);
    const provider = all.find(
        ({ type, provider }) =>
            String(type).startsWith("talos:") &&
            String(provider).includes("pulumi:providers:talos::"),
    )?.provider;
    if (wanted === undefined) {
        throw new UsageError("--bootstrap: the stack makes no cluster, so there is no bootstrap.");
    }
    if (all.some(({ urn }) => urn === wanted.urn)) {
        throw new UsageError("--bootstrap: the state knows the bootstrap already.");
    }
    if (provider === undefined || !all.some(({ urn }) => urn === wanted.parent)) {
        throw new UsageError(
            "--bootstrap: the state does not know the cluster that it belongs to: take over its secrets first.",
        );
    }
    const { node, endpoint } = wanted.inputs;
    const values = { node, endpoint };
    const bootstrap = {
        ...{ urn: wanted.urn, custom: true, id: "machine_bootstrap", type: TYPE },
        inputs: values,
        outputs: { id: "machine_bootstrap", ...values },
        ...{ parent: wanted.parent, provider, protect: wanted.protect },
    };
    // What was begun and is there now is pending no longer.
    const pending = Array.isArray(deployment.pending_operations)
        ? deployment.pending_operations
        : [];
    const others = pending.filter(
        (operation) =>
            !(
                isRecord(operation) &&
                isRecord(operation.resource) &&
                operation.resource.urn === wanted.urn
            ),
    );
    return {
        ...state,
        deployment: {
            ...deployment,
            resources: [
                ...known.map((one: unknown) =>
                    isRecord(one) ? asProgrammed(one, resources) : one,
                ),
                bootstrap,
            ],
            pending_operations: others,
        },
    };
}
