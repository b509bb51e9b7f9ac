/** Mutations by what a node's `talosPatches` may add to its configuration. */
import { change } from "../define";
import type { Mutation } from "../define";
import type { Inputs, StackResource } from "../../preview/recorded-stack";

const controlPlane = ({ type, inputs }: StackResource) =>
    type.endsWith(":ConfigurationApply") &&
    JSON.stringify(inputs.configPatches).includes("apiServer");

/** A patch more for a control plane. */
export function patch(headline: readonly [string, string, string], document: Inputs): Mutation {
    return change(headline, controlPlane, (inputs) => {
        inputs.configPatches = [...(inputs.configPatches as unknown[]), JSON.stringify(document)];
    });
}

const named = (kind: string, change: Inputs): Inputs => ({
    apiVersion: "v1alpha1",
    kind,
    name: "registry.example.org",
    ...change,
});
const kubelet = (extraConfig: Inputs) => ({ machine: { kubelet: { extraConfig } } });

/** SEC-13, IAC-04. */
export const patchMutations: readonly Mutation[] = [
    patch(["static-pod", "SEC-13", "starts a pod that no criterion sees"], {
        machine: { pods: [{ apiVersion: "v1", kind: "Pod", metadata: { name: "x" } }] },
    }),
    patch(["inline-manifest", "SEC-13", "lets Talos make an object"], {
        cluster: { inlineManifests: [{ name: "x", contents: "apiVersion: v1" }] },
    }),
    patch(
        ["unchecked-registry", "SEC-13", "takes images of whoever answers"],
        named("RegistryTLSConfig", { insecureSkipVerify: true }),
    ),
    patch(
        ["plain-mirror", "SEC-13", "takes images in plain text"],
        named("RegistryMirrorConfig", { endpoints: [{ url: "http://mirror.example.org" }] }),
    ),
    patch(["plain-swap", "SEC-13", "writes memory to a disk"], named("SwapVolumeConfig", {})),
    patch(["loose-kernel", "SEC-13", "lets everybody load programs into the kernel"], {
        machine: { sysctls: { "kernel.unprivileged_bpf_disabled": "0" } },
    }),
    patch(
        ["open-kubelet", "SEC-13", "asks nobody who may talk to the kubelet"],
        kubelet({ authorization: { mode: "AlwaysAllow" } }),
    ),
    patch(
        ["kubelet-port", "SEC-13", "opens a port without a login"],
        kubelet({ readOnlyPort: 10255 }),
    ),
    patch(
        ["registry-password", "IAC-04", "has a password in a patch"],
        named("RegistryAuthConfig", { username: "x", password: "hunter22" }),
    ),
];
