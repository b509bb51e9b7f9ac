/** What the pods of Longhorn may that others may not. Pure data. */
import type { Exception } from "../base/exceptions";

const NAMESPACE = "longhorn-system";
const EXPIRES = "2027-05-31";

export const longhornExceptions: readonly Exception[] = [
    {
        criterion: "SEC-03",
        resource: `DaemonSet/${NAMESPACE}/longhorn-manager`,
        reason:
            "The manager of a node looks at its disks and tells its kernel of devices, which takes a " +
            "privileged container, root and folders of the node.",
        guard:
            "image of one exact version; nobody but pods of its namespace, the API server and Prometheus " +
            "reaches it, and nobody but the platform may create pods there",
        expires: EXPIRES,
    },
    {
        criterion: "SEC-03",
        resource: `Deployment/${NAMESPACE}/longhorn-driver-deployer`,
        reason: "Upstream runs it as root (longhorn v1.12.1: chart/templates/deployment-driver.yaml).",
        guard: "no capability, no escalation, a root filesystem that nobody writes to, no volume of the node",
        expires: EXPIRES,
    },
    {
        criterion: "HA-04",
        resource: `Deployment/${NAMESPACE}/longhorn-driver-deployer`,
        reason: "It makes the driver once and then only waits; the driver and every volume go on without it.",
        guard: "it leaves a dead node after half a minute",
        expires: EXPIRES,
    },
    {
        criterion: "HA-08",
        resource: `ConfigMap/${NAMESPACE}/longhorn-default-setting`,
        reason:
            "Of pods of engines and copies Longhorn can be told how much CPU they ask for, and nothing " +
            "else (longhorn-manager v1.12.1: controller/controller_manager.go).",
        guard: "the LimitRange of their namespace gives each container what it names none of: 4 GiB at most",
        expires: EXPIRES,
    },
    {
        criterion: "HA-07",
        resource: `Deployment/${NAMESPACE}/longhorn-driver-deployer`,
        reason: "It listens nowhere: it makes the driver and then waits for the end (longhorn-manager v1.12.1: app/driver.go).",
        guard: "it ends when it cannot make the driver, and PodCrashLooping tells of that",
        expires: EXPIRES,
    },
];
