/** Mutations of the mesh: who is in it, what it lets in, and what still has to get through. */
import { at, change, drop, isKind, list, remove } from "../define";
import type { Mutation } from "../define";
import type { Inputs, StackResource } from "../../preview/recorded-stack";

const BYPASS = "ambient.istio.io/bypass-inbound-capture";
const MODE = "istio.io/dataplane-mode";

const named =
    (kind: string, name: string, namespace?: string) =>
    (resource: StackResource): boolean => {
        const metadata = at(resource.inputs, "metadata");
        return isKind(resource, kind) && metadata.name === name && metadata.namespace === namespace;
    };
const strict = named("PeerAuthentication", "default", "istio-system");
const allowing = named("AuthorizationPolicy", "allow-authelia-redis-replication-in", "authelia");
const webhook = named("Deployment", "cert-manager-webhook", "cert-manager");
const alloy = named("DaemonSet", "alloy", "alloy");
const alloyOrDeployment = (resource: StackResource) =>
    alloy(resource) || named("Deployment", "alloy", "alloy")(resource);
const template = (inputs: Inputs) => at(inputs, "spec", "template", "metadata");

/** SEC-07, and SEC-01 where a policy of the mesh lets in whom nobody named. */
export const meshMutations: readonly Mutation[] = [
    change(["plain-mesh", "SEC-07", "lets the mesh speak in the clear"], strict, (inputs) => {
        at(inputs, "spec", "mtls").mode = "PERMISSIVE";
    }),
    remove(["no-peers", "SEC-07", "says nothing of TLS in the mesh"], strict),
    remove(
        ["open-mesh", "SEC-07", "drops the policy that allows nothing"],
        named("AuthorizationPolicy", "allow-nothing", "istio-system"),
    ),
    change(
        ["left-mesh", "SEC-07", "takes a namespace out of the mesh"],
        named("Namespace", "authelia"),
        (inputs) => {
            drop(at(inputs, "metadata", "labels"), MODE);
        },
    ),
    change(["left-pods", "SEC-07", "takes pods out of the mesh"], alloyOrDeployment, (inputs) => {
        at(template(inputs), "labels")[MODE] = "none";
    }),
    change(["refused-webhook", "SEC-07", "has a webhook called by the mesh"], webhook, (inputs) => {
        drop(at(template(inputs), "annotations"), BYPASS);
    }),
    change(
        ["open-pods", "SEC-07", "has pods called past the mesh"],
        alloyOrDeployment,
        (inputs) => {
            template(inputs).annotations = { [BYPASS]: "true" };
        },
    ),
    remove(["refused-calls", "SEC-07", "drops what the mesh allows at Redis"], allowing),
    change(["other-caller", "SEC-07", "allows another account at Redis"], allowing, (inputs) => {
        for (const rule of list(inputs, "spec", "rules")) {
            rule.from = [{ source: { serviceAccounts: ["authelia/nobody"] } }];
        }
    }),
    change(
        ["closed-tunnel", "SEC-07", "closes the port of the mesh"],
        named("NetworkPolicy", "allow-authelia-redis-replication-in", "authelia"),
        (inputs) => {
            for (const rule of list(inputs, "spec", "ingress")) {
                rule.ports = list(rule, "ports").filter(({ port }) => port !== 15_008);
            }
        },
    ),
    change(["anybody-allowed", "SEC-01", "lets everybody in by the mesh"], allowing, (inputs) => {
        at(inputs, "spec").rules = [{}];
    }),
    change(["members-allowed", "SEC-01", "lets the whole mesh in"], allowing, (inputs) => {
        at(inputs, "spec").rules = [{ from: [{ source: { principals: ["*"] } }] }];
    }),
];
