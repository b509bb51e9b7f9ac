/** The host's namespaces, ports and addresses. Source: check_host*.go, check_windowsHostProcess.go. */
import { everywhere, expect, oneOf, type PodCheck } from "./rules";
import { elements, within } from "./values";

const falseOrUnset = oneOf(undefined, false);
const noHost = oneOf(undefined, "");

const HANDLERS = [
    ["livenessProbe"],
    ["readinessProbe"],
    ["startupProbe"],
    ["lifecycle", "postStart"],
    ["lifecycle", "preStop"],
].flatMap((path) => [
    [...path, "httpGet", "host"],
    [...path, "tcpSocket", "host"],
]);

export const hostNamespaces: PodCheck = ({ spec }) =>
    ["hostNetwork", "hostPID", "hostIPC"].flatMap((field) => expect(spec, [field], falseOrUnset));

export const hostPorts: PodCheck = ({ containers }) =>
    containers.flatMap((container) =>
        elements(container.tree, "ports").flatMap((port) =>
            expect(within(container, "ports[]", port), ["hostPort"], oneOf(undefined, 0)),
        ),
    );

/** The kubelet runs probes and hooks on the node, so a host makes it connect wherever one wants. */
export const hostProbesAndHostLifecycle: PodCheck = ({ containers }) =>
    containers.flatMap((container) => HANDLERS.flatMap((path) => expect(container, path, noHost)));

export const windowsHostProcess = everywhere(
    ["securityContext", "windowsOptions", "hostProcess"],
    falseOrUnset,
);
