/** SEC-07, the members: everybody is in the mesh, or outside of it for a reason. */
import { outsideMesh, podsOutsideMesh } from "../../../trust/mesh";
import { BYPASS, meshedNamespaces, MODE_LABEL } from "../../engines/mesh/sides";
import { networkOf } from "../../engines/reachability";
import { isCalledPastMesh } from "../../engines/mesh/outsiders";
import type { LabelledPods } from "../../engines/references/pods";
import { type Finding, type Judgement, notJudged, violated } from "../../kernel/criterion";
import type { Facts } from "../../kernel/facts";
import { read, readLabels } from "../../kernel/tree";
import { type NamespaceFact, namespacesOf } from "../../kubernetes/namespaces";

/** Labels by which the pods of a namespace get a proxy of their own each, which is the mesh too. */
const SIDECARS = ["istio-injection", "istio.io/rev"];

function judgeNamespace(facts: Facts, { name, declared, fact }: NamespaceFact): Finding[] {
    const labels = read(declared?.inputs, ["metadata", "labels"]);
    const known = readLabels(declared?.inputs, "metadata", "labels");
    const injected = SIDECARS.some((label) => !["disabled", undefined].includes(known[label]));
    if (meshedNamespaces(facts).has(name) || injected || Object.hasOwn(outsideMesh, name)) {
        return [];
    }
    return labels.state === "unknown"
        ? [notJudged(fact, "whether its pods are in the mesh is known only at the update")]
        : [
              violated(
                  fact,
                  `its pods are outside of the mesh, and nothing says why; label it ${MODE_LABEL}: ambient, or list it with its reason in trust/mesh.ts`,
              ),
          ];
}

function judgePods(facts: Facts, pods: LabelledPods): Finding[] {
    const { fact, namespace, labels, mesh, key } = pods;
    if (fact === undefined || pods.hostNetwork || Object.hasOwn(outsideMesh, namespace)) {
        return [];
    }
    const mode = labels[MODE_LABEL];
    // A waypoint is the proxy that stands for others.
    const isProxy = fact.object?.group === "gateway.networking.k8s.io";
    if (mode !== undefined && mode !== "ambient" && !isProxy) {
        return Object.hasOwn(podsOutsideMesh, fact.key)
            ? []
            : [
                  violated(
                      fact,
                      `its pods are labelled ${MODE_LABEL}: ${mode}, so they are outside of the mesh, and nothing says why; leave the label out, or list ${fact.key} with its reason in trust/mesh.ts`,
                  ),
              ];
    }
    return mesh === "called from outside" && !isCalledPastMesh(networkOf(facts), pods)
        ? [
              violated(
                  fact,
                  `${key} can be called past the mesh (${BYPASS}), and no flow lets anybody in who is outside of it; leave the annotation out`,
              ),
          ]
        : [];
}

/** Judges namespaces and pods. */
export function judgeMembers(facts: Facts): Judgement {
    const { inventory } = networkOf(facts).view;
    const namespaces = namespacesOf(facts).filter(
        ({ name, declared }) =>
            declared !== undefined || (inventory.pods.get(name)?.length ?? 0) > 0,
    );
    const pods = [...inventory.pods.values()].flat();
    return {
        subjects: namespaces.length + pods.length,
        findings: [
            ...namespaces.flatMap((namespace) => judgeNamespace(facts, namespace)),
            ...pods.flatMap((item) => judgePods(facts, item)),
        ],
    };
}
