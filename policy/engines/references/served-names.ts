/** Names of other objects that stand alone in a field of one kind that the API server serves. */
import type { NamedField, TypedField } from "../../../operators/behaviour";
import { resolveNames } from "./names";
import type { Finder } from "./resolve";

const ADMISSION = "admissionregistration.k8s.io";

/** Names, by `<group>/<Kind>` of the object that names. */
const NAMES: Readonly<Record<string, readonly NamedField[]>> = {
    "/ServiceAccount": [{ path: "secrets[].name", kind: "/Secret" }],
    "/PersistentVolumeClaim": [{ path: "spec.volumeName", kind: "/PersistentVolume" }],
    "apps/StatefulSet": [{ path: "spec.serviceName", kind: "/Service" }],
    ...Object.fromEntries(
        ["Validating", "Mutating"].map((type) => [
            `${ADMISSION}/${type}AdmissionPolicyBinding`,
            [{ path: "spec.policyName", kind: `${ADMISSION}/${type}AdmissionPolicy` }],
        ]),
    ),
};

/** Fields with a kind beside the name. */
const TYPED: Readonly<Record<string, readonly TypedField[]>> = {
    "autoscaling/HorizontalPodAutoscaler": [{ path: "spec.scaleTargetRef", group: "", kind: "" }],
    "/PersistentVolumeClaim": [
        { path: "spec.dataSource", group: "", kind: "PersistentVolumeClaim" },
    ],
};

/** Objects that one names in the fields of these tables. */
export const servedNames: Finder = (fact) => {
    const id = `${fact.object.group}/${fact.object.kind}`;
    return resolveNames(fact, { names: NAMES[id], typedNames: TYPED[id] });
};
