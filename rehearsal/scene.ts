/** What goes on in a rehearsal: the stack on its cluster, and who watches it. */
import type { Progress } from "../preview/run";
import type { ControlPlane } from "./control-plane";
import type { Kubernetes } from "../kubernetes-client/kubernetes";
import type { Standards } from "./loss/loss";
import type { PodInformer } from "./pod-informer";
import type { EndpointRecorder } from "./recorder";
import type { Yardsticks } from "./services";
import type { RehearsedStack } from "./stack";

/** A stack on a cluster. */
export interface Rehearsal {
    readonly stack: RehearsedStack;
    readonly controlPlane: ControlPlane;
    readonly kubernetes: Kubernetes;
    readonly pods: PodInformer;
    readonly progress: Progress;
}

/** What losses and drains are rehearsed with. */
export interface Scene extends Standards {
    readonly rehearsal: Rehearsal;
    readonly recorder: EndpointRecorder;
    readonly yardsticks: Yardsticks;
}
