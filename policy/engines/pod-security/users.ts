/** The user a container runs as. Source: check_runAsNonRoot.go, check_runAsUser.go. */
import { everywhere, expect, oneOf, type Allowed, type PodCheck } from "./rules";
import { look } from "./values";

const NON_ROOT = ["securityContext", "runAsNonRoot"];

const notRoot: Allowed = {
    test: (value) => value === undefined || (typeof value === "number" && value !== 0),
    text: "unset or a user other than 0",
};

export const runAsNonRoot: PodCheck = ({ spec, containers }) => {
    // A pod's value that is wrong or unknown is an offence of its own, which covers the containers.
    const inherited = look(spec.tree, ...NON_ROOT).state !== "absent";
    const containerValues = inherited ? oneOf(undefined, true) : oneOf(true);
    return [
        ...expect(spec, NON_ROOT, oneOf(undefined, true)),
        ...containers.flatMap((container) => expect(container, NON_ROOT, containerValues)),
    ];
};

export const runAsUser = everywhere(["securityContext", "runAsUser"], notRoot);
