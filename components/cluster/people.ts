import * as pulumi from "@pulumi/pulumi";
import { peopleKubeconfig } from "../base/people-kubeconfig";
import type { Site } from "../site";
import type { Cluster } from "./cluster";
import { expandHome, findContext } from "./existing-cluster";

/**
 * The output with the kubeconfig for people, of a cluster whose API lets people in by the first of
 * its issuers; none of any other.
 */
export function outputForPeople(
    { cluster, issuers: [issuer] }: Site,
    { kubeconfig }: Pick<Cluster, "kubeconfig">,
): { kubeconfigForPeople?: pulumi.Output<string> } {
    if (issuer === undefined) {
        return {};
    }
    const text = kubeconfig.apply((administrators) => {
        const file = expandHome(cluster.kubeconfig ?? "the kubeconfig");
        const { server, authority } = findContext(administrators, file, cluster.context);
        return peopleKubeconfig({ name: cluster.name, server, authority, issuer });
    });
    // What it takes from the administrators' kubeconfig is what every client is shown.
    return { kubeconfigForPeople: pulumi.unsecret(text) };
}
