/**
 * Seccomp profiles: annotations before 1.19, fields since. Source:
 * check_seccompProfile_{baseline,restricted}.go.
 */
import { isTree } from "../../kernel/tree";
import {
    expect,
    objectOrUnset,
    offence,
    oneOf,
    oneOfOrPrefixed,
    undecided,
    type PodCheck,
    type Offence,
} from "./rules";
import { look, within, type PodPart, type JudgedPod } from "./values";

const PROFILE = ["securityContext", "seccompProfile"];
const POD_ANNOTATION = "seccomp.security.alpha.kubernetes.io/pod";
const CONTAINER_ANNOTATION = "container.seccomp.security.alpha.kubernetes.io/";

const profileTypes = oneOf("RuntimeDefault", "Localhost");
const annotationValues = oneOfOrPrefixed(["runtime/default", "docker/default"], "localhost/");

function profile(place: PodPart): Offence[] {
    return look(place.tree, ...PROFILE).state === "absent"
        ? []
        : expect(place, [...PROFILE, "type"], profileTypes);
}

function annotation(pod: JudgedPod, key: string): Offence[] {
    const annotations = look(pod.metadata.tree, "annotations");
    return annotations.state === "known" &&
        isTree(annotations.value) &&
        annotations.value[key] !== undefined
        ? expect(
              within(pod.metadata, `annotation ${key}`, annotations.value[key]),
              [],
              annotationValues,
          )
        : [];
}

export const seccompAnnotations: PodCheck = (pod) => [
    ...expect(pod.metadata, ["annotations"], objectOrUnset),
    ...annotation(pod, POD_ANNOTATION),
    ...pod.containers.flatMap((container) => {
        const name = look(container.tree, "name");
        if (name.state === "unknown") {
            return [undecided(container, ["name"], "known to find its seccomp annotation")];
        }
        return annotation(
            pod,
            CONTAINER_ANNOTATION +
                (name.state === "known" && typeof name.value === "string" ? name.value : ""),
        );
    }),
];

export const seccompBaseline: PodCheck = ({ spec, containers }) =>
    [spec, ...containers].flatMap(profile);

export const seccompRestricted: PodCheck = (pod) => {
    // A pod's profile that is wrong or unknown is an offence of its own, which covers the containers.
    const inherited = look(pod.spec.tree, ...PROFILE).state !== "absent";
    return [
        ...seccompBaseline(pod),
        ...(inherited
            ? []
            : pod.containers
                  .filter(({ tree }) => look(tree, ...PROFILE).state === "absent")
                  .map((container) =>
                      offence(
                          container,
                          [...PROFILE, "type"],
                          `is not set, must be ${profileTypes.text} here or in the pod`,
                      ),
                  )),
    ];
};
